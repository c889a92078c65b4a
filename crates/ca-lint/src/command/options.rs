//! What can be asked on the command line.

use super::destination::Destination;
use super::format::Format;
use crate::asked_place::AskedPlace;
use crate::finding::{Confidence, Severity};
use crate::report::inventory::{SpecVersion, Wanted};
use crate::rules::RULES;
use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const USAGE: &str = "ca-lint [check] [OPTIONS] [PATH]...\n       ca-lint <COMMAND>";

const EXAMPLES: &str = "\
Examples:
  ca-lint                                 lint the working directory
  ca-lint modules hieradata               lint two folders
  ca-lint --host web1=/srv/images/web1 .  hold the repository against a host's files
  ca-lint --format json > report.json     for other programs
  ca-lint --output sarif=ca-lint.sarif    for people here, and for a service in a file
  ca-lint --diff                          what --fix would mend
  ca-lint inventory                       every certificate and where it stands
  ca-lint why /etc/ssl/certs/ca.pem       who writes it, and where a change lasts
  ca-lint graph | dot -Tsvg > trust.svg   all of it, drawn
  ca-lint explain divergent-ca            what a rule looks for, and why

A folder that is named like a command is written with its path: ./rules

Exit status:
  0  nothing at or above --severity-threshold
  1  findings
  2  wrong usage
  3  the work could not be done: an input cannot be read, or the output not be written";

const INVENTORY_EXAMPLES: &str = "\
Examples:
  ca-lint inventory -v                    everything, with every form of each fingerprint
  ca-lint inventory --find 'SHA256 Fingerprint=4D:9B:C6:F8:93:3F:3B:06'
                                          where it stands, who writes it and who reads it
  ca-lint inventory --find 'Puppet CA'    every certificate with this in its subject
  ca-lint inventory --format csv > certificates.csv
  ca-lint inventory --format html > host.html --host here=/
                                          a page about this machine

Fingerprints:
  sha256  openssl x509 -noout -fingerprint -sha256
  pin     kubeadm join --discovery-token-ca-cert-hash (of the public key, not the certificate)
  puppet  Puppet's setting ca_fingerprint (of the text of the whole CA file)

In CSV an apostrophe stands in front of what a spreadsheet would run as a formula.
CycloneDX has a date only with --now, so that the same input gives the same bytes.";

const WHY_EXAMPLES: &str = "\
Examples:
  ca-lint why /usr/local/share/ca-certificates/Internal_CA.crt
  ca-lint why modules/base/files/ca.pem .
  ca-lint why 'SHA256 Fingerprint=4D:9B:C6:F8:93:3F:3B:06' . --host web1=/srv/web1
  ca-lint why 'Puppet CA' --format json

A place on a host counts for every host that gets it; --host tells what a host
really has. The exit status is 3 when nothing here is the place.";

const GRAPH_EXAMPLES: &str = "\
Examples:
  ca-lint graph | dot -Tsvg > trust.svg
  ca-lint graph --about /etc/ssl/certs/ca.pem --format mermaid

Red: what check finds an error at; orange: a warning. Dashed: under a condition.
Drawings show at most 400 nodes, Mermaid as many as it agrees to draw, and say
how many more there are; JSON has all.";

const DIFF_EXAMPLES: &str = "\
Examples:
  ca-lint diff origin/main                what the working tree changes
  ca-lint diff v1.2 v1.3
  ca-lint diff origin/main... --format markdown > comment.md
                                          what this branch brings, for a merge request

A...B compares B with the commit at which it left A. Nothing is checked out. Exit
status: 0, whatever changes; 3 when git cannot tell.";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  ca-lint completions bash > ~/.local/share/bash-completion/completions/ca-lint
  ca-lint completions zsh > ~/.zfunc/_ca-lint
  ca-lint completions fish > ~/.config/fish/completions/ca-lint.fish";

const MAN_EXAMPLES: &str = "\
Examples:
  ca-lint man | man -l -
  ca-lint man check > /usr/local/share/man/man1/ca-lint-check.1";

/// Finds divergent CAs, files that Puppet would overwrite, and etcd clients
/// without a CA of their own.
///
/// Reads Puppet repositories and the files of hosts. Nothing is run, nothing
/// is changed unless --fix asks for it, and no connection is opened.
#[derive(Debug, Parser)]
#[command(name = "ca-lint", version, override_usage = USAGE, after_long_help = EXAMPLES)]
#[command(after_help = "See --help for more, with examples.")]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) check: CheckArgs,
    #[command(flatten)]
    pub(super) global: Global,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Look for what is wrong (the default command)
    Check(CheckArgs),
    /// List every certificate and every place where it stands
    #[command(after_long_help = INVENTORY_EXAMPLES)]
    Inventory(InventoryArgs),
    /// Tell everything that is known of one place: who writes it, from where, who
    /// trusts it, and where a change lasts
    #[command(after_long_help = WHY_EXAMPLES)]
    Why(WhyArgs),
    /// Draw who writes, holds, signs and reads which CA
    #[command(after_long_help = GRAPH_EXAMPLES)]
    Graph(GraphArgs),
    /// Tell what changes in trust between two git revisions: CAs, who writes their
    /// files, clients, findings
    #[command(after_long_help = DIFF_EXAMPLES)]
    Diff(DiffArgs),
    /// Write a commented configuration for the repository at hand
    Init(InitArgs),
    /// Print what a rule looks for, why it matters and how to fix it
    Explain(ExplainArgs),
    /// List the rules, one a line
    Rules,
    /// Print what makes a shell complete the command line
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions(CompletionsArgs),
    /// Print a page of the manual, for man
    #[command(after_help = MAN_EXAMPLES)]
    Man(ManArgs),
}

/// Options of `check`.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) inputs: Inputs,
    /// What the document on standard input (PATH is -) is called; that decides
    /// how it is read. Nothing else is read: no file beside it, no host
    #[arg(long, value_name = "PATH")]
    pub(super) stdin_filename: Option<PathBuf>,
    /// Form of the report on standard output
    #[arg(long, value_enum, value_name = "FORMAT")]
    #[arg(help = "Form of the report [default: human; narrated where NO_GRAPHICS is set]")]
    pub(super) format: Option<Format>,
    /// Also write the report to a file, in a form of --format; - is standard
    /// output; repeatable
    #[arg(long, value_name = "FORMAT=FILE", value_parser = Destination::parse)]
    pub(super) output: Vec<Destination>,
    /// Only these rules; repeatable, or separated by commas
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule_names())]
    pub(super) select: Vec<String>,
    /// Not these rules; repeatable, or separated by commas
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule_names())]
    pub(super) ignore: Vec<String>,
    /// The least level that makes the exit status 1
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = Level::Warning)]
    pub(super) severity_threshold: Level,
    /// Report nothing less sure than this
    #[arg(long, value_enum, value_name = "CONFIDENCE", default_value_t = Sureness::Low)]
    pub(super) min_confidence: Sureness,
    /// Report a CA that ends within so many days [default: 90]
    #[arg(long, value_name = "DAYS")]
    pub(super) expiry_days: Option<u32>,
    /// Also show what is out of sight: findings in tests, examples,
    /// documentation and vendored copies, and those that a comment, the
    /// configuration or the baseline keeps there
    #[arg(long)]
    pub(super) show_suppressed: bool,
    /// Report only what this baseline does not hold [default: that of the configuration]
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Write everything that is found now as a baseline; the exit status is 0
    #[arg(long, value_name = "FILE", conflicts_with_all = ["fix", "diff", "new_since"])]
    pub(super) write_baseline: Option<PathBuf>,
    /// Take out of the baseline what is not found any more
    #[arg(long, conflicts_with = "write_baseline")]
    pub(super) prune_baseline: bool,
    /// Report only what the work since this git revision brought: a branch to
    /// merge into, a tag, a commit
    #[arg(long, value_name = "REV")]
    pub(super) new_since: Option<String>,
    /// Tell what is in force and who says so, and check nothing
    #[arg(long, conflicts_with_all = ["fix", "diff", "write_baseline", "show_files"])]
    pub(super) show_settings: bool,
    /// List the files that are read, how each is read, and check nothing
    #[arg(long, conflicts_with_all = ["fix", "diff", "write_baseline"])]
    pub(super) show_files: bool,
    /// Mend what can be mended safely, then report what is left
    #[arg(long, conflicts_with = "diff")]
    pub(super) fix: bool,
    /// Show what --fix would change, as a unified diff, and change nothing
    #[arg(long, conflicts_with_all = ["format", "output", "statistics"])]
    pub(super) diff: bool,
    /// Also tell how many findings each rule has and what took how long, on
    /// standard error
    #[arg(long)]
    pub(super) statistics: bool,
}

/// Options of `inventory`.
#[derive(Debug, Args)]
pub(super) struct InventoryArgs {
    #[command(flatten)]
    pub(super) inputs: Inputs,
    /// Form of the report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = InventoryFormat::Human)]
    pub(super) format: InventoryFormat,

    /// Only the certificate with this fingerprint, pin, key identifier or
    /// serial number, pasted as any tool prints it, or with this in its subject
    #[arg(long, value_name = "TEXT", value_parser = wanted)]
    pub(super) find: Option<Wanted>,

    /// Version of the bill of materials
    #[arg(long, value_enum, value_name = "VERSION")]
    #[arg(help = "Version of the CycloneDX document [default: 1.7]")]
    pub(super) cdx_version: Option<CdxVersion>,
}

/// Options of `why`.
#[derive(Debug, Args)]
pub(super) struct WhyArgs {
    /// A path on a host, a file of the repository, a puppet:/// URL, a
    /// fingerprint, a part of a subject, or the name of a resource, a program
    /// or a data key
    #[arg(value_name = "PLACE", value_parser = asked_place)]
    pub(super) place: AskedPlace,
    #[command(flatten)]
    pub(super) inputs: Inputs,
    /// Form of the report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = WhyFormat::Human)]
    pub(super) format: WhyFormat,
}

/// Options of `graph`.
#[derive(Debug, Args)]
pub(super) struct GraphArgs {
    #[command(flatten)]
    pub(super) inputs: Inputs,
    /// Form of the graph
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = GraphFormat::Dot)]
    pub(super) format: GraphFormat,
    /// Only what hangs together with this place, told as for `why`
    #[arg(long, value_name = "PLACE", value_parser = asked_place)]
    pub(super) about: Option<AskedPlace>,
    /// Also what stands in tests, examples, documentation and vendored copies
    #[arg(long)]
    pub(super) show_suppressed: bool,
}

/// Options of `diff`.
#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// The state before: a branch, a tag, a commit; A..B and A...B name both
    #[arg(value_name = "REV")]
    pub(super) before: String,
    /// The state after [default: the working tree]
    #[arg(value_name = "REV")]
    pub(super) after: Option<String>,
    /// Form of the report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = DiffFormat::Human)]
    pub(super) format: DiffFormat,
    /// Only this folder or file; repeatable [default: .]
    #[arg(long = "path", value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// The hiera.yaml by which data keys are looked up, instead of any other; one
    /// of the files that are read
    #[arg(long = "hiera", value_name = "FILE")]
    pub(super) hierarchy: Option<PathBuf>,
}

/// Options of `init`.
#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// The root of the repository, where .ca-lint.yaml is written [default: .]
    #[arg(value_name = "FOLDER")]
    pub(super) folder: Option<PathBuf>,
    /// Print it instead of writing it
    #[arg(long)]
    pub(super) stdout: bool,
}

/// Options of `explain`.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The rule's name
    #[arg(value_name = "RULE", value_parser = rule_names())]
    pub(super) rule: String,
}

/// Options of `completions`.
#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub(super) shell: Shell,
}

/// Options of `man`.
#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// The command; without one the page is about all of them
    #[arg(value_name = "COMMAND")]
    pub(super) command: Option<String>,
}

/// What is read.
#[derive(Debug, Args)]
pub(super) struct Inputs {
    /// Folders or files to read [default: .]
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// DIR holds the files of the host NAME, from its / down; repeatable
    #[arg(long = "host", value_name = "NAME=DIR", value_parser = named_host)]
    pub(super) hosts: Vec<NamedHost>,
    /// Ask for this node only, with its facts
    #[arg(long, value_name = "NAME", requires = "facts")]
    pub(super) node: Option<String>,
    /// The node's facts: JSON or YAML, as facter prints them
    #[arg(long, value_name = "FILE", requires = "node")]
    pub(super) facts: Option<PathBuf>,
    /// The hiera.yaml by which data keys are looked up, instead of any other; one
    /// of the files that are read
    #[arg(long = "hiera", value_name = "FILE")]
    pub(super) hierarchy: Option<PathBuf>,
    /// A class that a node classifier gives the node; repeatable
    #[arg(long = "class", value_name = "NAME", requires = "node")]
    pub(super) classes: Vec<String>,
}

/// Options of every command.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// The configuration [default: the nearest .ca-lint.yaml, up to the root of the repository]
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Global options"
    )]
    pub(super) config: Option<PathBuf>,
    /// Read no configuration
    #[arg(
        long,
        global = true,
        conflicts_with = "config",
        help_heading = "Global options"
    )]
    pub(super) no_config: bool,
    /// When to use colours
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Colour::Auto)]
    #[arg(help = "When to use colours; auto obeys NO_COLOR and CLICOLOR_FORCE")]
    #[arg(help_heading = "Global options")]
    pub(super) color: Colour,
    /// One line for each result, and nothing else
    #[arg(
        short,
        long,
        global = true,
        conflicts_with = "verbose",
        help_heading = "Global options"
    )]
    pub(super) quiet: bool,
    /// Also every place, and all that could not be seen
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub(super) verbose: bool,
    /// How many threads to use [default: one for each processor]
    #[arg(long, global = true, value_name = "N", help_heading = "Global options")]
    pub(super) threads: Option<NonZeroUsize>,
    /// The time to judge dates by, such as 2019-09-11T00:00:00Z [default: now]
    #[arg(long, global = true, value_name = "RFC3339", value_parser = moment)]
    #[arg(help_heading = "Global options")]
    pub(super) now: Option<OffsetDateTime>,
}

/// A host and its files.
#[derive(Clone, Debug)]
pub(super) struct NamedHost {
    pub(super) name: String,
    pub(super) folder: PathBuf,
}

/// Forms of the inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum InventoryFormat {
    /// For people
    Human,
    /// One document, with all that could not be seen
    Json,
    /// A line a certificate, after a header; then a line for each gap
    Jsonl,
    /// A row for each place where a certificate stands
    Csv,
    /// One page for browsers: certificates, findings, the graph of trust
    Html,
    /// A cryptographic bill of materials
    #[value(help = "A cryptographic bill of materials (CycloneDX)")]
    Cyclonedx,
}

/// Forms of what is told of one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum WhyFormat {
    /// For people
    Human,
    /// For other programs
    Json,
}

/// Forms of what changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DiffFormat {
    /// For people
    Human,
    /// For a comment at a merge request
    Markdown,
    /// For other programs
    Json,
}

/// Forms of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum GraphFormat {
    /// For Graphviz
    Dot,
    /// For Markdown
    Mermaid,
    /// For other programs
    Json,
}

/// [`SpecVersion`] as an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CdxVersion {
    #[value(name = "1.6")]
    V1_6,
    #[value(name = "1.7")]
    V1_7,
}

impl From<CdxVersion> for SpecVersion {
    fn from(version: CdxVersion) -> Self {
        match version {
            CdxVersion::V1_6 => Self::V1_6,
            CdxVersion::V1_7 => Self::V1_7,
        }
    }
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    Auto,
    Always,
    Never,
}

/// [`Severity`] as an argument.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Level {
    Note,
    Warning,
    Error,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Note => Self::Note,
            Level::Warning => Self::Warning,
            Level::Error => Self::Error,
        }
    }
}

/// [`Confidence`] as an argument.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Sureness {
    Low,
    Medium,
    High,
}

impl From<Sureness> for Confidence {
    fn from(sureness: Sureness) -> Self {
        match sureness {
            Sureness::Low => Self::Low,
            Sureness::Medium => Self::Medium,
            Sureness::High => Self::High,
        }
    }
}

fn rule_names() -> PossibleValuesParser {
    PossibleValuesParser::new(RULES.iter().map(|rule| rule.name))
}

fn wanted(argument: &str) -> Result<Wanted, &'static str> {
    if argument.trim().is_empty() {
        return Err("write a fingerprint, a serial number or a part of a subject");
    }
    Ok(Wanted::new(argument))
}

fn asked_place(argument: &str) -> Result<AskedPlace, &'static str> {
    if argument.trim().is_empty() {
        return Err("write a path, a fingerprint, a part of a subject or a name");
    }
    Ok(AskedPlace::new(argument))
}

fn named_host(argument: &str) -> Result<NamedHost, &'static str> {
    match argument.split_once('=') {
        Some((name, folder)) if !name.is_empty() && !folder.is_empty() => Ok(NamedHost {
            name: name.to_owned(),
            folder: folder.into(),
        }),
        _ => Err("write the host's name, an equals sign and the folder with its files"),
    }
}

fn moment(argument: &str) -> Result<OffsetDateTime, &'static str> {
    OffsetDateTime::parse(argument, &Rfc3339).map_err(|_| "write a date as in 2019-09-11T00:00:00Z")
}
