//! Brotli and gzip once, at their best, so that the server never compresses these files.
use crate::workspace;
use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What becomes smaller. Pictures are compressed already.
const KINDS: [&str; 9] = ["css", "html", "js", "json", "svg", "txt", "wasm", "webmanifest", "xml"];

/// Puts a `.br` and a `.gz` beside every file that they make smaller.
pub fn folder(dist: &Path) -> Result<()> {
    let mut files: Vec<PathBuf> = workspace::files(dist)?.into_iter().filter(|file| is_compressible(file)).collect();
    // The largest first, so that no thread is left alone with it at the end.
    files.sort_by_key(|file| std::cmp::Reverse(fs::metadata(file).map_or(0, |metadata| metadata.len())));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let share = |offset| files.iter().skip(offset).step_by(threads).try_for_each(|file| compress(file));
        let running: Vec<_> = (0..threads).map(|offset| scope.spawn(move || share(offset))).collect();
        running
            .into_iter()
            .try_for_each(|thread| thread.join().unwrap_or_else(|_| anyhow::bail!("compressing stopped halfway")))
    })
}

fn is_compressible(file: &Path) -> bool {
    file.extension().is_some_and(|kind| KINDS.iter().any(|known| kind == *known))
}

fn compress(file: &Path) -> Result<()> {
    let plain = fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    keep(file, "br", &plain, brotli(&plain)?)?;
    keep(file, "gz", &plain, gzip(&plain)?)
}

fn keep(file: &Path, kind: &str, plain: &[u8], packed: Vec<u8>) -> Result<()> {
    if packed.len() >= plain.len() {
        return Ok(());
    }
    let mut name = file.as_os_str().to_owned();
    name.push(format!(".{kind}"));
    fs::write(&name, packed).with_context(|| format!("writing {}", Path::new(&name).display()))
}

fn brotli(plain: &[u8]) -> Result<Vec<u8>> {
    let best =
        brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: plain.len(), ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &plain[..], &mut packed, &best).context("compressing with brotli")?;
    Ok(packed)
}

fn gzip(plain: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).and_then(|()| encoder.finish()).context("compressing with gzip")
}

#[cfg(test)]
mod tests {
    use super::folder;
    use std::fs;
    use std::io::Read;

    #[test]
    fn what_shrinks_is_kept_and_can_be_read_again() {
        let dist = tempfile::tempdir().unwrap();
        let text = "handoff ".repeat(1000);
        fs::write(dist.path().join("app.js"), &text).unwrap();
        fs::write(dist.path().join("tiny.txt"), "x").unwrap();
        fs::write(dist.path().join("icon.png"), &text).unwrap();
        folder(dist.path()).unwrap();

        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut &fs::read(dist.path().join("app.js.br")).unwrap()[..], &mut plain).unwrap();
        assert_eq!(plain, text.as_bytes());
        let mut plain = String::new();
        flate2::read::GzDecoder::new(fs::File::open(dist.path().join("app.js.gz")).unwrap())
            .read_to_string(&mut plain)
            .unwrap();
        assert_eq!(plain, text);
        for absent in ["tiny.txt.br", "tiny.txt.gz", "icon.png.br", "icon.png.gz"] {
            assert!(!dist.path().join(absent).exists(), "{absent}");
        }
    }
}
