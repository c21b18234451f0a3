//! The encodings in which contact files are written.

use serde::{Deserialize, Serialize};

/// How bytes are text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Charset {
    /// UTF-8.
    Utf8,
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
    /// Western Europe, on Windows.
    Windows1252,
    /// Western Europe, on a Mac of old.
    MacRoman,
    /// Western Europe, in a DOS window.
    Cp850,
    /// The United States, in a DOS window.
    Cp437,
    /// Central Europe, on Windows.
    Windows1250,
    /// Central Europe.
    Iso8859_2,
    /// Cyrillic, on Windows.
    Windows1251,
    /// Greek, on Windows.
    Windows1253,
    /// Turkish, on Windows.
    Windows1254,
    /// Hebrew, on Windows.
    Windows1255,
    /// Arabic, on Windows.
    Windows1256,
    /// Baltic, on Windows.
    Windows1257,
    /// Vietnamese, on Windows.
    Windows1258,
    /// Thai, on Windows.
    Windows874,
    /// Japanese.
    ShiftJis,
    /// Chinese, simplified.
    Gb18030,
    /// Chinese, traditional.
    Big5,
    /// Korean.
    EucKr,
}

impl Charset {
    /// Every one, the usual ones first.
    pub const ALL: [Self; 21] = [
        Self::Utf8,
        Self::Windows1252,
        Self::MacRoman,
        Self::Cp850,
        Self::Cp437,
        Self::Utf16Le,
        Self::Utf16Be,
        Self::Windows1250,
        Self::Iso8859_2,
        Self::Windows1251,
        Self::Windows1253,
        Self::Windows1254,
        Self::Windows1255,
        Self::Windows1256,
        Self::Windows1257,
        Self::Windows1258,
        Self::Windows874,
        Self::ShiftJis,
        Self::Gb18030,
        Self::Big5,
        Self::EucKr,
    ];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le | Self::Utf16Be => "UTF-16",
            Self::Windows1252 => "Windows-1252",
            Self::MacRoman => "Mac Roman",
            Self::Cp850 => "CP850",
            Self::Cp437 => "CP437",
            Self::Windows1250 => "Windows-1250",
            Self::Iso8859_2 => "ISO-8859-2",
            Self::Windows1251 => "Windows-1251",
            Self::Windows1253 => "Windows-1253",
            Self::Windows1254 => "Windows-1254",
            Self::Windows1255 => "Windows-1255",
            Self::Windows1256 => "Windows-1256",
            Self::Windows1257 => "Windows-1257",
            Self::Windows1258 => "Windows-1258",
            Self::Windows874 => "Windows-874",
            Self::ShiftJis => "Shift-JIS",
            Self::Gb18030 => "GB18030",
            Self::Big5 => "Big5",
            Self::EucKr => "EUC-KR",
        }
    }

    /// Where it comes from, for people who choose.
    pub const fn origin(self) -> &'static str {
        match self {
            Self::Utf8 => "most tools",
            Self::Utf16Le => "Excel's Unicode text",
            Self::Utf16Be => "high byte first",
            Self::Windows1252 => "Western Europe",
            Self::MacRoman => "old Macs",
            Self::Cp850 => "DOS, Western Europe",
            Self::Cp437 => "DOS, United States",
            Self::Windows1250 => "Central Europe, Windows",
            Self::Iso8859_2 => "Central Europe",
            Self::Windows1251 => "Cyrillic",
            Self::Windows1253 => "Greek",
            Self::Windows1254 => "Turkish",
            Self::Windows1255 => "Hebrew",
            Self::Windows1256 => "Arabic",
            Self::Windows1257 => "Baltic",
            Self::Windows1258 => "Vietnamese",
            Self::Windows874 => "Thai",
            Self::ShiftJis => "Japanese",
            Self::Gb18030 => "Chinese, simplified",
            Self::Big5 => "Chinese, traditional",
            Self::EucKr => "Korean",
        }
    }
}
