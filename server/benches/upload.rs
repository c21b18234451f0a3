//! `upload_memory`: what the real program grows by, in megabytes, while contact files of the largest size are uploaded,
//! looked at, checked, imported and their bad rows fetched: 20 MB of commas, 2,000 columns of 15,000 rows, a cell of
//! 60 MB, 64 MB of ordinary rows, 64 MB of bad ones, 64 MB of short ones, 64 MB that are no UTF-8, and a workbook with
//! as many texts as are read. The worst of them counts.
//!
//! Prints a tab-separated line: name, megabytes, and two dashes. Known on Linux.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;

use handoff_server::clock::SystemClock;
use handoff_server::store::link::FirstAdmin;
use handoff_server::store::{Actor, Store};
use serde_json::{Value, json};

const MEGABYTE: usize = 1_000_000;
const LARGEST: usize = 64 * MEGABYTE;

/// The program, serving in a process of its own, and how somebody who is signed in asks it.
struct Program {
    child: Child,
    address: String,
    cookie: String,
    /// Kept open: the program goes on printing.
    _output: BufReader<ChildStdout>,
}

impl Program {
    fn start(database: &str, cookie: String) -> Self {
        let binary = std::env::var("HANDOFF_BINARY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_handoff").to_owned());
        let mut child = Command::new(binary)
            .args(["serve", "--database", database, "--listen", "127.0.0.1:0"])
            .env("HANDOFF_LOG", "off")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        let address = output
            .by_ref()
            .lines()
            .map(|line| line.expect("a line"))
            .find_map(|line| Some(line.split_once("listening on http://")?.1.trim().to_owned()))
            .expect("it says where it listens");
        Self { child, address, cookie, _output: output }
    }

    /// Sends a request, and reads the answer: its status and its body.
    fn ask(&self, method: &str, path: &str, content_type: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\
             connection: close\r\n\r\n",
            self.address,
            self.cookie,
            body.len()
        );
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
        let status = String::from_utf8_lossy(&answer[..end]);
        let status = status.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        (status, answer.split_off(end))
    }

    /// Calls a function. What is refused is null.
    fn call(&self, function: &str, arguments: &Value) -> Value {
        let body = arguments.to_string();
        let (status, answer) = self.ask("POST", &format!("/api/{function}"), "application/json", body.as_bytes());
        if status == 200 { serde_json::from_slice(&answer).expect("JSON") } else { Value::Null }
    }

    /// A figure of the process, in megabytes.
    fn memory(&self, figure: &str) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix(figure))?;
        let kilobytes: f64 = line.trim_start_matches(':').trim().trim_end_matches(" kB").parse().ok()?;
        Some(kilobytes / 1_000.0)
    }

    /// Does with a file all that can be done with one.
    fn take(&self, campaign: i64, file: &[u8]) {
        let path = format!("/api/imports/upload?campaign={campaign}&name=contacts.csv");
        let (status, answer) = self.ask("POST", &path, "application/octet-stream", file);
        if status != 200 {
            return;
        }
        let import: i64 = serde_json::from_slice(&answer).expect("an id");
        let upload = self.call("imports/get", &json!({ "import": import }));
        let mut columns = upload["guess"].as_array().cloned().unwrap_or_default();
        if !columns.contains(&json!("Phone"))
            && let Some(last) = columns.last_mut()
        {
            *last = json!("Phone");
        }
        let choices = json!({ "import": import, "columns": columns });
        self.call("imports/dry-run", &choices);
        self.call("imports/start", &choices);
        loop {
            let progress = self.call("imports/progress", &json!({ "import": import }));
            if progress.get("Running").is_none() {
                break;
            }
        }
        self.ask("GET", &format!("/api/imports/{import}/bad-rows.csv"), "text/plain", b"");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An organization with an admin who is signed in, and an empty campaign: the cookie and the campaign.
async fn lay(database: &str) -> (String, i64) {
    let store = Store::open(database, Arc::new(SystemClock)).await.expect("a database");
    let link = store.set_up_link().await.expect("a link").expect("nobody is there yet");
    let token = link.rsplit(['/', '#', '=']).next().expect("a token");
    let admin = FirstAdmin {
        organization: "Canvassers".to_owned(),
        country: "US".to_owned(),
        name: "Ada Admin".to_owned(),
        email: "ada@example.org".to_owned(),
        password: "correct horse battery".to_owned(),
    };
    let signed_in = store.set_up(token, admin, "Bench").await.expect("set up");
    let actor = Actor { organization: signed_in.me.organization, member: signed_in.me.member };
    let campaign = store.create_campaign(actor, "Canvass").await.expect("a campaign");
    (format!("handoff={}", signed_in.token), campaign.get())
}

/// Rows that are written until there are 64 MB of them.
fn rows(names: &str, row: impl Fn(&mut String, usize)) -> Vec<u8> {
    let mut text = format!("{names}\n");
    let mut number = 0;
    while text.len() + 200 < LARGEST {
        row(&mut text, number);
        number += 1;
    }
    text.into_bytes()
}

/// A number that others do not have.
const fn phone(number: usize) -> usize {
    // 7919 and 4,000,000 have no common factor. The area codes go from 212 to 611, the exchanges from 200.
    let number = number * 7_919 % 4_000_000;
    (212 + number / 10_000) * 10_000_000 + 2_000_000 + number % 10_000
}

/// A workbook whose cells share as many texts as are read.
fn workbook() -> Vec<u8> {
    let mut shared = "<sst>".to_owned();
    let mut sheet = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Name</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>Phone</t></is></c></row>".to_owned();
    for number in 0..900_000 {
        write!(shared, "<si><t>Somebody number {number}</t></si>").expect("written");
        let row = number + 2;
        write!(
            sheet,
            "<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>{number}</v></c><c r=\"B{row}\"><v>{}</v></c></row>",
            phone(number)
        )
        .expect("written");
    }
    shared.push_str("</sst>");
    sheet.push_str("</sheetData></worksheet>");
    let main = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let packages = "http://schemas.openxmlformats.org/package/2006/relationships";
    let parts = [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{packages}\"><Relationship Id=\"r\" Type=\"{main}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns:r=\"{main}\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{packages}\"><Relationship Id=\"r\" Type=\"{main}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        ("xl/sharedStrings.xml", shared),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("begun");
        archive.write_all(text.as_bytes()).expect("written");
    }
    archive.finish().expect("an archive").into_inner()
}

/// What a file is called, and what makes it.
type Made = (&'static str, fn() -> Vec<u8>);

/// The files, each made when it is its turn.
fn files() -> [Made; 8] {
    [
        ("20 MB of commas", || {
            [b"First,Phone".as_slice(), &vec![b','; 20 * MEGABYTE], b"\nAbby,2125550100\n"].concat()
        }),
        ("2,000 columns of 15,000 rows", || {
            let row = |cell: &str| vec![cell; 2_000].join(",") + "\n";
            (row("c") + &row("1").repeat(15_000)).into_bytes()
        }),
        ("a cell of 60 MB", || {
            [b"First,Note,Phone\nAbby,\"".as_slice(), &b"\"\"x".repeat(20 * MEGABYTE), b"\",12\n"].concat()
        }),
        ("ordinary rows", || {
            rows("First Name,Last Name,Cell Phone,Precinct,Age", |text, row| {
                writeln!(text, "Lindsey,Last{},{},P-{:02},{}", row % 1_000, phone(row), row % 60, 18 + row % 80)
                    .expect("written");
            })
        }),
        ("bad rows", || {
            rows("First,Phone", |text, row| writeln!(text, "A{row},555-01{:02}", row % 100).expect("written"))
        }),
        ("short rows", || rows("Phone", |text, row| writeln!(text, "{}        ", phone(row)).expect("written"))),
        ("no UTF-8", || {
            let mut file =
                rows("First,Phone", |text, row| writeln!(text, "Jos! of row {row},{}", phone(row)).expect("written"));
            file.iter_mut().filter(|byte| **byte == b'!').for_each(|byte| *byte = 0xe9);
            file
        }),
        ("a workbook", workbook),
    ]
}

fn main() {
    if !std::env::var("HANDOFF_BENCH_ONLY").map_or(true, |only| "upload_memory".contains(&only)) {
        return;
    }
    if !Path::new("/proc/self/status").exists() {
        eprintln!("upload_memory is measured on Linux only");
        return;
    }
    let mut worst = 0.0_f64;
    for (name, file) in files() {
        // Each meets a program that has done nothing yet.
        let folder = tempfile::tempdir().expect("a folder");
        let database = format!("sqlite:{}", folder.path().join("handoff.db").display());
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let (cookie, campaign) = runtime.block_on(lay(&database));
        drop(runtime);
        let program = Program::start(&database, cookie);
        program.call("session/me", &json!({}));
        let before = program.memory("VmRSS").expect("known on Linux");
        let file = file();
        let start = std::time::Instant::now();
        program.take(campaign, &file);
        let grown = program.memory("VmHWM").expect("known on Linux") - before;
        let seconds = start.elapsed().as_secs_f64();
        eprintln!("{name}: {} MB, {grown:.1} MB of memory, {seconds:.1} s", file.len() / MEGABYTE);
        worst = worst.max(grown);
    }
    println!("upload_memory\t{worst:.1}\t-\t-");
}
