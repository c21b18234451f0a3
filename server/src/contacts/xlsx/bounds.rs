//! What an archive unpacks to, found by unpacking it piece by piece and keeping nothing.
//!
//! The reader of workbooks keeps all texts of a workbook, all styles, and whole pieces of XML in memory. Here is counted
//! what that would take.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::contacts::foreign;
use crate::model::import::ImportError;

/// The most files in an archive. Workbooks have some dozens.
const MOST_FILES: usize = 5_000;

/// The most that an archive unpacks to, in bytes: a full sheet of twenty columns.
const MOST_UNPACKED: u64 = 1_000_000_000;

/// The most memory that the texts which cells share may take, with the archive itself, in bytes.
const MOST_SHARED: u64 = 110_000_000;

/// What a shared text takes beside its characters: the string, and what the allocator adds.
const EACH_SHARED: u64 = 56;

/// The longest piece of XML without a tag, in bytes: a cell has at most 32,767 characters.
const LONGEST_PIECE: u64 = 400_000;

/// Files with longer pieces are pictures, up to this size.
const LARGEST_PICTURE: u64 = 16_000_000;

/// The most styles and sheets together.
const MOST_DEFINITIONS: u64 = 100_000;

/// The names of XML elements of which the reader keeps something, besides shared texts.
const DEFINITIONS: [&[u8]; 9] =
    [b"xf", b"font", b"fill", b"border", b"numFmt", b"sheet", b"definedName", b"Relationship", b"dxf"];

/// Looks through an archive.
///
/// # Errors
/// If it is no workbook, is broken, or would take too much.
pub fn check(bytes: &[u8]) -> Result<(), ImportError> {
    check_up_to(bytes, MOST_UNPACKED)
}

/// The same, of an archive that unpacks to so many bytes at most.
pub(super) fn check_up_to(bytes: &[u8], most: u64) -> Result<(), ImportError> {
    // The directory of an archive is read as a whole: each of its entries begins like this.
    if bytes.windows(4).filter(|four| *four == b"PK\x01\x02").count() > MOST_FILES {
        return Err(broken("it is an archive of too many files"));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| broken("it is cut off or damaged"))?;
    let names: Vec<String> = archive.file_names().filter_map(|name| Some(name.ok()?.into_owned())).collect();
    if let Some(foreign) = foreign::of_archive(&names.iter().map(String::as_str)) {
        return Err(foreign.into());
    }
    let mut all = Found::default();
    for place in 0..archive.len() {
        let file = archive.by_index(place).map_err(|_| broken("it is damaged, or has a password"))?;
        let found = look_through(file, most.saturating_sub(all.bytes))?;
        all.bytes += found.bytes;
        all.shared += found.shared;
        all.characters_shared += found.characters_shared;
        all.definitions += found.definitions;
        if found.longest_piece > LONGEST_PIECE && found.bytes > LARGEST_PICTURE {
            return Err(too_large());
        }
    }
    let shared = all.characters_shared + all.shared * EACH_SHARED + bytes.len() as u64;
    if shared > MOST_SHARED || all.definitions > MOST_DEFINITIONS {
        return Err(too_large());
    }
    Ok(())
}

fn too_large() -> ImportError {
    broken("it unpacks to more than is read at once")
}

/// What there is in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Found {
    bytes: u64,
    longest_piece: u64,
    /// Texts that cells share, and an upper bound for their characters.
    shared: u64,
    characters_shared: u64,
    definitions: u64,
}

/// Reads a file to its end, as long as it is not longer than `most`.
fn look_through(mut file: impl Read, most: u64) -> Result<Found, ImportError> {
    let (mut found, mut scan) = (Found::default(), Scan::default());
    let mut piece = vec![0; 65_536];
    loop {
        let length = file.read(&mut piece).map_err(|_| broken("it is damaged"))?;
        if length == 0 {
            break;
        }
        found.bytes += length as u64;
        if found.bytes > most {
            return Err(too_large());
        }
        scan.take(&piece[..length], &mut found)?;
    }
    found.longest_piece = found.longest_piece.max(scan.piece);
    if found.shared > 0 {
        // Each is at least <si><t></t></si>.
        found.characters_shared = found.bytes.saturating_sub(found.shared * 17);
    }
    Ok(found)
}

/// Where in the XML one is.
#[derive(Default)]
struct Scan {
    /// Bytes since the last tag began or ended.
    piece: u64,
    in_tag: bool,
    /// The name of the tag, as far as it was read; its prefix is forgotten.
    name: Vec<u8>,
    /// The name is read to its end.
    named: bool,
    /// The attributes of the list of shared texts, which say how many there are.
    counted: Option<Vec<u8>>,
}

impl Scan {
    fn take(&mut self, bytes: &[u8], found: &mut Found) -> Result<(), ImportError> {
        for byte in bytes {
            match byte {
                b'<' => {
                    found.longest_piece = found.longest_piece.max(self.piece);
                    *self = Self { in_tag: true, ..Self::default() };
                }
                b'>' if self.in_tag => {
                    found.longest_piece = found.longest_piece.max(self.piece);
                    self.end_name(found);
                    self.check_count()?;
                    *self = Self::default();
                }
                byte if self.in_tag && !self.named => match byte {
                    b' ' | b'\t' | b'\r' | b'\n' => self.end_name(found),
                    // What closes was counted when it was opened.
                    b'/' if self.name.is_empty() => self.named = true,
                    b':' => self.name.clear(),
                    // No name that is looked for is longer.
                    byte if self.name.len() < 16 => self.name.push(*byte),
                    _ => {}
                },
                byte => {
                    if let Some(counted) = &mut self.counted
                        && counted.len() < 1_000
                    {
                        counted.push(*byte);
                    }
                }
            }
            self.piece += 1;
        }
        Ok(())
    }

    fn end_name(&mut self, found: &mut Found) {
        if self.named {
            return;
        }
        self.named = true;
        let name = self.name.strip_suffix(b"/").unwrap_or(&self.name);
        found.shared += u64::from(name == b"si");
        found.definitions += u64::from(DEFINITIONS.contains(&name));
        if name == b"sst" {
            self.counted = Some(Vec::new());
        }
    }

    /// The reader makes room for as many shared texts as are announced.
    fn check_count(&self) -> Result<(), ImportError> {
        let Some(counted) = &self.counted else { return Ok(()) };
        let mut numbers = counted.split(|byte| !byte.is_ascii_digit()).filter(|number| !number.is_empty());
        let large = |number: &[u8]| number.len() > 7;
        // Addresses of schemas have years in them, and no long numbers.
        if counted.len() >= 1_000 || numbers.any(large) { Err(too_large()) } else { Ok(()) }
    }
}

pub(super) fn broken(why: &str) -> ImportError {
    ImportError::Workbook(why.chars().take(100).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &[u8]) -> Found {
        look_through(text, 1_000_000).unwrap()
    }

    #[test]
    fn what_would_be_kept_is_counted() {
        let shared = found(b"<sst count=\"3\" uniqueCount=\"2\"><si><t>a</t></si><x:si ><t>bcd</t></x:si></sst>");
        assert_eq!(shared.shared, 2);
        assert!(shared.characters_shared >= 4);
        assert_eq!(
            found(b"<styleSheet><fonts><font/><font ></font></fonts><cellXfs><xf a=\"1\"/></cellXfs>").definitions,
            3
        );
        assert_eq!(found(b"<a>12345</a>").longest_piece, 6);
        assert_eq!(found(&[b"<a>".as_slice(), &vec![b'x'; 100_000]].concat()).longest_piece, 100_001);
    }

    #[test]
    fn what_announces_too_much_is_refused() {
        assert!(look_through(&b"<sst uniqueCount=\"99999999999\"><si/>"[..], 1_000).is_err());
        assert!(look_through(&b"<x:sst uniqueCount=\"9999999\">"[..], 1_000).is_ok());
        assert!(look_through(&[b'x'; 1_001][..], 1_000).is_err());
    }
}
