//! `handoff import`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use handoff_core::contact::field::field_name;
use handoff_core::contact::{Column, NO_NAME, has_names};
use handoff_core::fold::fold;
use handoff_core::{CampaignId, OrganizationId};

use super::common::{Failure, open, print};
use crate::config::DatabaseArguments;
use crate::contacts::mapping::Mapping;
use crate::contacts::phone::Country;
use crate::contacts::sheet::Sheet;
use crate::contacts::{LARGEST_BYTES, bad_rows, too_large};
use crate::live::relay::announce;
use crate::model::ApiError;
use crate::model::import::{Charset, Choices, DryRun, Header, Progress, ReadAs};
use crate::store::{Actor, Store};

/// Rows that cannot be imported, as many as are printed.
const PRINTED: usize = 10;

#[derive(Args, Debug)]
pub struct Arguments {
    #[command(flatten)]
    database: DatabaseArguments,

    /// The campaign, by its number: the last part of its address in the browser.
    #[arg(long, required_unless_present = "new_campaign")]
    campaign: Option<i64>,

    /// Make a new draft campaign of this name.
    #[arg(long, value_name = "NAME", conflicts_with = "campaign")]
    new_campaign: Option<String>,

    /// The organization, by its name or number. Can be left out if there is only one.
    #[arg(long)]
    organization: Option<String>,

    /// What a column is, where the guess is wrong: its name, then phone, first, last, ignore, custom, opt-in or
    /// opt-out. Can be repeated.
    #[arg(long = "column", value_name = "COLUMN=KIND")]
    columns: Vec<String>,

    /// The encoding of the file, where the guess is wrong: UTF-8, Windows-1252, "Mac Roman", CP850 and others.
    #[arg(long, value_name = "NAME", value_parser = charset)]
    encoding: Option<Charset>,

    /// The line with the names of the columns, where the guess is wrong. 0: the first line is a contact.
    #[arg(long, value_name = "LINE")]
    header_line: Option<u32>,

    /// The sheet of a workbook, by its place, from 1. Otherwise the first that is not hidden.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    sheet: Option<u32>,

    /// Import those too who have not agreed to be texted, as a column of the file says.
    #[arg(long)]
    despite_consent: bool,

    /// Import. Without it, what the import would do is printed, and nothing is done.
    #[arg(long)]
    yes: bool,

    /// Where to write the rows that cannot be imported, with the reason.
    #[arg(long, value_name = "FILE")]
    bad_rows: Option<PathBuf>,

    /// The contact file: CSV as the usual tools export it, or .xlsx. At most 64 MB.
    file: PathBuf,
}

pub async fn run(arguments: Arguments) -> Result<(), Failure> {
    let file = read(&arguments.file)?;
    let store = open(&arguments.database.database).await?;
    let organization = organization(&store, arguments.organization.as_deref()).await?;
    let actor = store.first_admin(organization).await?;
    let actor =
        actor.ok_or_else(|| Failure::Other("no admin of this organization has come in yet. Open the link that 'handoff user add' printed, or add one first"
                .to_owned()))?;
    let country = store.country(organization).await?;
    let read_as = ReadAs {
        charset: arguments.encoding,
        sheet: arguments.sheet.map(|number| number - 1),
        header: arguments.header_line.map(|line| if line == 0 { Header::None } else { Header::Line(line) }),
    };
    let sheet = Sheet::read(&file, read_as, country).map_err(ApiError::from)?;
    let columns = columns(&sheet, country, &arguments.columns)?;
    let choices = Choices { columns, read_as, despite_consent: arguments.despite_consent };
    let campaign = arguments.campaign.map(CampaignId);
    let checked = store.check_file(actor, campaign, &sheet, &choices).await?;
    for (header, column) in sheet.headers.iter().zip(&choices.columns) {
        print(format!("{header}: {}", kind(column)))?;
    }
    if !has_names(&choices.columns) {
        print(NO_NAME)?;
    }
    show(&checked)?;
    if let Some(path) = &arguments.bad_rows {
        write_bad_rows(path, &sheet, &choices.columns, country)?;
    }
    if !arguments.yes {
        return print("Nothing was imported. Add --yes to import.");
    }
    drop(sheet);
    let campaign = match (campaign, arguments.new_campaign) {
        (Some(campaign), _) => campaign,
        (None, name) => store.create_campaign(actor, &name.unwrap_or_default()).await?,
    };
    let name = arguments.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let result = import(&store, actor, campaign, &name, file, choices).await?;
    announce(&store, organization, campaign).await?;
    print(format!("Imported {} into campaign {campaign}.", contacts(result.good)))
}

fn read(path: &PathBuf) -> Result<Vec<u8>, Failure> {
    let what = || format!("{} cannot be read", path.display());
    let length = std::fs::metadata(path).map_err(Failure::io(what()))?.len();
    if length > LARGEST_BYTES as u64 {
        return Err(ApiError::from(too_large(usize::try_from(length).unwrap_or(usize::MAX))).into());
    }
    std::fs::read(path).map_err(Failure::io(what()))
}

/// The organization of this name or number, or the only one.
async fn organization(store: &Store, wanted: Option<&str>) -> Result<OrganizationId, Failure> {
    let all = store.organizations().await?;
    let fits =
        |(id, name): &&(OrganizationId, String)| wanted.is_none_or(|wanted| name == wanted || id.to_string() == wanted);
    let fitting: Vec<_> = all.iter().filter(fits).collect();
    if let [(only, _)] = fitting.as_slice() {
        return Ok(*only);
    }
    let names: Vec<String> = all.iter().map(|(id, name)| format!("{name} ({id})")).collect();
    let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    Err(Failure::Other(format!("choose one organization with --organization. There are: {names}")))
}

/// The columns as guessed, changed as was asked for.
fn columns(sheet: &Sheet<'_>, country: Country, changes: &[String]) -> Result<Vec<Column>, Failure> {
    let mut columns = sheet.summary(country).guess;
    for change in changes {
        let wrong = |what: &str| Failure::Other(format!("--column {change}: {what}"));
        let (header, kind) = change.rsplit_once('=').ok_or_else(|| wrong("write COLUMN=KIND"))?;
        let named = |fits: &dyn Fn(&str) -> bool| sheet.headers.iter().position(|name| fits(name));
        let place = named(&|name| name == header.trim()).or_else(|| named(&|name| fold(name) == fold(header)));
        let place =
            place.ok_or_else(|| wrong(&format!("there is no such column. There are: {}", sheet.headers.join(", "))))?;
        columns[place] = match kind.trim() {
            "phone" => Column::Phone,
            "first" => Column::FirstName,
            "last" => Column::LastName,
            "ignore" => Column::Ignored,
            "custom" => Column::Custom(field_name(header).unwrap_or_default()),
            "opt-in" => Column::OptIn,
            "opt-out" => Column::OptOut,
            _ => return Err(wrong("the kind is phone, first, last, ignore, custom, opt-in or opt-out")),
        };
    }
    Ok(columns)
}

fn kind(column: &Column) -> String {
    match column {
        Column::Ignored => "ignored".to_owned(),
        Column::Phone => "phone number".to_owned(),
        Column::FirstName => "first name".to_owned(),
        Column::LastName => "last name".to_owned(),
        Column::Custom(name) => format!("{{{name}}}"),
        Column::OptIn => "whether they agreed to be texted".to_owned(),
        Column::OptOut => "whether they do not want texts".to_owned(),
    }
}

fn show(checked: &DryRun) -> Result<(), Failure> {
    print(format!("{} to import, of which {} opted out", contacts(checked.good), checked.opted_out))?;
    print(format!("{} with a number that an earlier row has", rows(checked.merged)))?;
    print(format!("{} with a number that the campaign has already", rows(checked.present)))?;
    match (checked.not_agreed, checked.despite_consent) {
        (0, _) => {}
        (count, false) => print(format!(
            "{} who have not agreed to be texted, left out. Add --despite-consent to import them",
            contacts(count)
        ))?,
        (count, true) => print(format!("{} of them who have not agreed to be texted", contacts(count)))?,
    }
    print(format!("{} that cannot be imported", rows(checked.bad)))?;
    for row in checked.bad_rows.iter().take(PRINTED) {
        print(format!("  line {}: {}", row.line, row.reason))?;
    }
    let more = (checked.bad as usize).saturating_sub(PRINTED);
    if more > 0 { print(format!("  and {more} more: see them all with --bad-rows FILE")) } else { Ok(()) }
}

fn contacts(count: u32) -> String {
    if count == 1 { "1 contact".to_owned() } else { format!("{count} contacts") }
}

fn rows(count: u32) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}

fn write_bad_rows(path: &PathBuf, sheet: &Sheet<'_>, columns: &[Column], country: Country) -> Result<(), Failure> {
    let mapping = Mapping::of(columns, &sheet.headers).map_err(ApiError::from)?;
    let what = || format!("{} cannot be written", path.display());
    let to = std::io::BufWriter::new(std::fs::File::create(path).map_err(Failure::io(what()))?);
    bad_rows::write(sheet, &mapping, country, to).map_err(|error| Failure::Other(format!("{}: {error}", what())))
}

/// The encoding of this name, in any letters, with or without what joins its parts.
fn charset(name: &str) -> Result<Charset, String> {
    let plain = |name: &str| fold(name).replace(['_', ' '], "");
    let found = Charset::ALL.into_iter().find(|charset| plain(charset.name()) == plain(name));
    let names = Charset::ALL.map(Charset::name).join(", ");
    found.ok_or_else(|| format!("this encoding is not known. There are: {names}"))
}

/// Imports, and says on the way how far it is, if it takes a while.
async fn import(
    store: &Store,
    actor: Actor,
    campaign: CampaignId,
    name: &str,
    file: Vec<u8>,
    choices: Choices,
) -> Result<DryRun, Failure> {
    let import = store.store_upload(actor, campaign, name, file).await?;
    let run = store.start_import(actor, import, choices).await?;
    let mut running = std::pin::pin!(run.run());
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    tick.tick().await;
    loop {
        tokio::select! {
            result = &mut running => {
                let result = result?;
                // There may be no server yet that would do it.
                store.take_in_names().await?;
                return Ok(result);
            }
            _ = tick.tick() => {
                if let Progress::Running { done, rows } = store.import_progress(actor, import).await? {
                    print(format!("{done} of {rows} rows"))?;
                }
            }
        }
    }
}
