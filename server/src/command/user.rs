//! `handoff user`.

use clap::{Args, Subcommand, ValueEnum};
use handoff_core::OrganizationId;
use handoff_core::account::{Country, Email, Name};
use handoff_core::membership::LinkPassword;
use handoff_core::permission::Role;

use super::common::{Failure, open, print};
use crate::config::DatabaseArguments;
use crate::store::Store;

#[derive(Args, Debug)]
pub struct Arguments {
    #[command(subcommand)]
    command: UserCommand,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Add a person, and print the one-time link with which they come in.
    Add(AddArguments),
    /// Print a new one-time link for a person who has forgotten their password.
    Link(LinkArguments),
}

#[derive(Args, Debug)]
struct AddArguments {
    #[command(flatten)]
    database: DatabaseArguments,

    /// The person's name.
    #[arg(long)]
    name: String,

    /// The e-mail address to sign in with.
    #[arg(long)]
    email: String,

    /// What they may do.
    #[arg(long, default_value = "texter")]
    role: RoleArgument,

    /// The organization, by its name or number. Can be left out if there is only one.
    #[arg(long)]
    organization: Option<String>,

    /// Make the organization, if there is none of this name.
    #[arg(long, requires = "organization")]
    create_organization: bool,

    /// The country whose national phone numbers a new organization understands: two letters.
    #[arg(long, default_value = "US")]
    country: String,

    #[command(flatten)]
    link: LinkTo,
}

#[derive(Args, Debug)]
struct LinkArguments {
    #[command(flatten)]
    database: DatabaseArguments,

    /// The e-mail address of their account.
    #[arg(long)]
    email: String,

    #[command(flatten)]
    link: LinkTo,
}

#[derive(Args, Debug)]
struct LinkTo {
    /// The address of the site, with which the link begins.
    #[arg(long, env = "HANDOFF_PUBLIC_URL", default_value = "http://127.0.0.1:3000", value_name = "URL")]
    public_url: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleArgument {
    /// Runs campaigns and decides who holds what.
    Admin,
    /// Works the conversations they hold.
    Texter,
}

pub async fn run(arguments: Arguments) -> Result<(), Failure> {
    match arguments.command {
        UserCommand::Add(arguments) => add(arguments).await,
        UserCommand::Link(arguments) => link(arguments).await,
    }
}

async fn add(arguments: AddArguments) -> Result<(), Failure> {
    let refuse = |error: &dyn std::fmt::Display| Failure::Other(error.to_string());
    let name = Name::parse(&arguments.name).map_err(|error| refuse(&error))?;
    let email = Email::parse(&arguments.email).map_err(|error| refuse(&error))?;
    let country = Country::parse(&arguments.country).map_err(|error| refuse(&error))?;
    let role = match arguments.role {
        RoleArgument::Admin => Role::Admin,
        RoleArgument::Texter => Role::Texter,
    };
    let store = open(&arguments.database.database).await?;
    let found = find(&store, arguments.organization.as_deref(), arguments.create_organization).await?;
    let mut transaction = store.begin().await?;
    let organization = match found {
        Found::Is(organization) => organization,
        Found::Create(name) => store.create_organization(&mut transaction, &name, country).await?,
    };
    let (link, password) = store.add_user(&mut transaction, organization, &name, &email, role).await?;
    transaction.commit().await?;
    print(format!(
        "{name} <{email}> was invited as {}, and is in once this link was used.",
        role.label().to_lowercase()
    ))?;
    if password == LinkPassword::Own {
        print(
            "The address has an account already: the link takes its password. Who forgot it needs 'handoff user link'.",
        )?;
    }
    show(&arguments.link, &link, password)
}

async fn link(arguments: LinkArguments) -> Result<(), Failure> {
    let email = Email::parse(&arguments.email).map_err(|error| Failure::Other(error.to_string()))?;
    let store = open(&arguments.database.database).await?;
    let mut transaction = store.begin().await?;
    let link = store.link_for(&mut transaction, &email).await?;
    let link = link.ok_or_else(|| Failure::Other(format!("nobody has the address {email}")))?;
    transaction.commit().await?;
    show(&arguments.link, &link, LinkPassword::New)
}

fn show(to: &LinkTo, link: &str, password: LinkPassword) -> Result<(), Failure> {
    let asks = match password {
        LinkPassword::New => "a new password",
        LinkPassword::Own => "the password of the account",
    };
    print(format!("Pass this link on. It signs in once, within seven days, and asks for {asks}:"))?;
    print(format!("  {}{link}", to.public_url.trim_end_matches('/')))
}

enum Found {
    Is(OrganizationId),
    Create(Name),
}

async fn find(store: &Store, wanted: Option<&str>, create: bool) -> Result<Found, Failure> {
    let organizations = store.organizations().await?;
    let Some(wanted) = wanted else {
        return match organizations.as_slice() {
            [(only, _)] => Ok(Found::Is(*only)),
            [] => Err(Failure::Other(
                "there is no organization yet. Name it with --organization, and add --create-organization".to_owned(),
            )),
            several => Err(Failure::Other(format!("choose one with --organization: {}", names(several)))),
        };
    };
    let fits = |(id, name): &&(OrganizationId, String)| name == wanted || id.to_string() == wanted;
    let fitting: Vec<_> = organizations.iter().filter(fits).collect();
    match fitting.as_slice() {
        [(id, _)] => Ok(Found::Is(*id)),
        [] if create => Ok(Found::Create(Name::parse(wanted).map_err(|error| Failure::Other(error.to_string()))?)),
        [] => Err(Failure::Other(format!(
            "there is no organization {wanted}. There are: {}. To make a new one, add --create-organization",
            names(&organizations)
        ))),
        _ => Err(Failure::Other(format!("several are called {wanted}: give its number. {}", names(&organizations)))),
    }
}

fn names(organizations: &[(OrganizationId, String)]) -> String {
    let names: Vec<String> = organizations.iter().map(|(id, name)| format!("{name} ({id})")).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
