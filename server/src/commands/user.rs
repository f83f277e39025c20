//! `scenediff user`: the people who may sign in, also while the server runs.

use super::print;
use crate::config::DataArgs;
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use domain::{Member, OneTimeLink, Role};
use service::Accounts;
use std::fmt::Write;
use std::process::ExitCode;
use store::Store;

/// What to do with people.
#[derive(Args)]
pub struct UserArgs {
    /// Where data lies.
    #[command(flatten)]
    data: DataArgs,
    #[command(subcommand)]
    command: UserCommand,
}

#[derive(Subcommand)]
enum UserCommand {
    /// Adds somebody, and prints the one-time link with which they choose a password.
    Add {
        /// The name under which they sign in.
        name: String,
        /// annotator, reviewer or lead.
        #[arg(long)]
        role: Role,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Lists everybody.
    List,
    /// Prints a one-time link with which somebody chooses a new password.
    Reset {
        /// Their name.
        name: String,
        #[command(flatten)]
        server: ServerArgs,
    },
}

#[derive(Args)]
struct ServerArgs {
    /// Where the server answers; only for the link that is printed.
    #[arg(
        long = "url",
        value_name = "URL",
        default_value = "http://127.0.0.1:3000",
        env = "SCENEDIFF_URL"
    )]
    url: String,
}

pub fn run(args: &UserArgs) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    runtime.block_on(work(args))?;
    Ok(ExitCode::SUCCESS)
}

async fn work(args: &UserArgs) -> anyhow::Result<()> {
    let folder = &args.data.folder;
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the data folder {}", folder.display()))?;
    let store = Store::open(&folder.join("scenediff.sqlite")).await?;
    let accounts = Accounts::new(store.clone(), true);
    match &args.command {
        UserCommand::Add { name, role, server } => {
            print_link(&accounts.add(name, *role).await?, server)?;
        }
        UserCommand::List => print(&listing(&store.people().list().await?))?,
        UserCommand::Reset { name, server } => {
            let people = store.people().list().await?;
            let wanted = name.to_lowercase();
            let Some(found) = people
                .into_iter()
                .find(|member| member.person.name.to_lowercase() == wanted)
            else {
                bail!("nobody is called \"{name}\": see `scenediff user list`");
            };
            if found.disabled {
                bail!("{name} is shut out: let them in on the page People first");
            }
            print_link(&accounts.link_for(found.person).await?, server)?;
        }
    }
    store.close().await;
    Ok(())
}

fn print_link(link: &OneTimeLink, server: &ServerArgs) -> anyhow::Result<()> {
    let url = server.url.trim_end_matches('/');
    print(&format!(
        "{} ({}) chooses a password here, once, within three days:\n{url}{}\n",
        link.person.name, link.person.role, link.path
    ))
}

fn listing(people: &[Member]) -> String {
    if people.is_empty() {
        return "Nobody yet: add people with `scenediff user add NAME --role ROLE`.\n".into();
    }
    let width = |text: fn(&Member) -> &str| people.iter().map(|m| text(m).chars().count()).max();
    let name = width(|member| &member.person.name).unwrap_or(0);
    let role = width(|member| member.person.role.as_str()).unwrap_or(0);
    people.iter().fold(String::new(), |mut lines, member| {
        let state = match member {
            Member { disabled: true, .. } => "shut out".into(),
            Member {
                has_password: false,
                ..
            } => "has not chosen a password".into(),
            Member { seen_at: None, .. } => "never signed in".into(),
            Member {
                seen_at: Some(time),
                ..
            } => format!("signed in {time}"),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            lines,
            "{:name$}  {:role$}  {state}",
            member.person.name,
            member.person.role.as_str()
        );
        lines
    })
}
