//! `handoff import`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use handoff_core::contact::field::field_name;
use handoff_core::{CampaignId, OrganizationId};

use super::{Failure, open, print};
use crate::api::ApiError;
use crate::api::imports::{Column, DryRun, ImportError, Progress};
use crate::config::DatabaseArguments;
use crate::contacts::mapping::Mapping;
use crate::contacts::phone::Country;
use crate::contacts::sheet::Sheet;
use crate::contacts::{LARGEST_BYTES, LARGEST_MEGABYTES, bad_rows};
use crate::live::announce;
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

    /// What a column is, where the guess is wrong: its name, then phone, first, last, ignore or custom. Can be
    /// repeated.
    #[arg(long = "column", value_name = "COLUMN=KIND")]
    columns: Vec<String>,

    /// Import. Without it, what the import would do is printed, and nothing is done.
    #[arg(long)]
    yes: bool,

    /// Where to write the rows that cannot be imported, with the reason.
    #[arg(long, value_name = "FILE")]
    bad_rows: Option<PathBuf>,

    /// The contact file: CSV as the usual tools export it.
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
    let sheet = Sheet::read(&file, country).map_err(ApiError::from)?;
    let columns = columns(&sheet, country, &arguments.columns)?;
    let campaign = arguments.campaign.map(CampaignId);
    let checked = store.check_file(actor, campaign, &sheet, &columns).await?;
    for (header, column) in sheet.headers.iter().zip(&columns) {
        print(format!("{header}: {}", kind(column)))?;
    }
    show(&checked)?;
    if let Some(path) = &arguments.bad_rows {
        write_bad_rows(path, &sheet, &columns, country)?;
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
    let result = import(&store, actor, campaign, &name, file, columns).await?;
    announce(&store, organization, campaign).await?;
    print(format!("Imported {} into campaign {campaign}.", contacts(result.good)))
}

fn read(path: &PathBuf) -> Result<Vec<u8>, Failure> {
    let what = || format!("{} cannot be read", path.display());
    let length = std::fs::metadata(path).map_err(Failure::io(what()))?.len();
    if length > LARGEST_BYTES as u64 {
        return Err(ApiError::from(ImportError::TooLarge { megabytes: LARGEST_MEGABYTES }).into());
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
        let place = sheet.headers.iter().position(|name| name.eq_ignore_ascii_case(header.trim()));
        let place =
            place.ok_or_else(|| wrong(&format!("there is no such column. There are: {}", sheet.headers.join(", "))))?;
        columns[place] = match kind.trim() {
            "phone" => Column::Phone,
            "first" => Column::FirstName,
            "last" => Column::LastName,
            "ignore" => Column::Ignored,
            "custom" => Column::Custom(field_name(header).unwrap_or_default()),
            _ => return Err(wrong("the kind is phone, first, last, ignore or custom")),
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
    }
}

fn show(checked: &DryRun) -> Result<(), Failure> {
    print(format!("{} to import, of which {} opted out", contacts(checked.good), checked.opted_out))?;
    print(format!("{} with a number that an earlier row has", rows(checked.merged)))?;
    print(format!("{} with a number that the campaign has already", rows(checked.present)))?;
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
    let bytes = bad_rows::write(sheet, &mapping, country).map_err(|error| Failure::Other(error.to_string()))?;
    std::fs::write(path, bytes).map_err(Failure::io(format!("{} cannot be written", path.display())))
}

/// Imports, and says on the way how far it is, if it takes a while.
async fn import(
    store: &Store,
    actor: Actor,
    campaign: CampaignId,
    name: &str,
    file: Vec<u8>,
    columns: Vec<Column>,
) -> Result<DryRun, Failure> {
    let import = store.store_upload(actor, campaign, name, file).await?;
    let run = store.start_import(actor, import, columns).await?;
    let mut running = std::pin::pin!(run.run());
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    tick.tick().await;
    loop {
        tokio::select! {
            result = &mut running => return Ok(result?),
            _ = tick.tick() => {
                if let Progress::Running { done, rows } = store.import_progress(actor, import).await? {
                    print(format!("{done} of {rows} rows"))?;
                }
            }
        }
    }
}
