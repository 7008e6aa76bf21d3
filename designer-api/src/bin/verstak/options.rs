//! Options that several commands share.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use engine::Config;

/// Where the data are.
#[derive(Args, Clone)]
pub(crate) struct Connection {
    /// Folder of the data.
    #[arg(long, env = "VERSTAK_DATA", default_value = "./verstak-data", value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// Database, `postgres://…`; SQLite in the folder when absent.
    #[arg(long, env = "VERSTAK_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,
    /// Language of a workspace that is made; Russian when absent.
    #[arg(long, env = "VERSTAK_LANGUAGE", value_name = "LANGUAGE", value_parser = ["en", "ru"])]
    pub(crate) language: Option<String>,
    /// Key that signs and encrypts; made in the folder when absent (SQLite only).
    #[arg(long, env = "VERSTAK_SECRET_KEY", value_name = "BASE64", hide = true, hide_env_values = true)]
    pub(crate) secret_key: Option<String>,
    /// Take the key that is given now though the database was used with another: second factors and passwords of outside
    /// services are lost, and earlier events of the audit cannot be verified any more.
    #[arg(long, env = "VERSTAK_NEW_SECRET_KEY", hide = true)]
    pub(crate) new_secret_key: bool,
}

impl Connection {
    /// The engine's settings.
    pub(crate) fn config(&self, public_url: Option<String>) -> Config {
        Config {
            data: self.data.clone(),
            database_url: self.database_url.clone().filter(|url| !url.is_empty()),
            secret_key: self.secret_key.clone().filter(|key| !key.is_empty()),
            new_secret_key: self.new_secret_key,
            language: self.language.clone(),
            public_url,
            ..Config::default()
        }
    }
}

/// How mail is sent.
#[derive(Args, Clone, Default)]
pub(crate) struct Mail {
    /// Server that mail is sent by: `smtps://user:password@host:465`, or `smtp://…`, which must offer STARTTLS unless
    /// `?tls=none` follows; scripts send no mail when absent.
    #[arg(long, env = "VERSTAK_SMTP_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) smtp_url: Option<String>,
    /// Whom mail is from: an address, or `Name <address>`.
    #[arg(long, env = "VERSTAK_MAIL_FROM", value_name = "ADDRESS")]
    pub(crate) mail_from: Option<String>,
}

impl Mail {
    /// The engine's settings with those of mail.
    pub(crate) fn with(&self, config: Config) -> Config {
        Config { smtp_url: self.smtp_url.clone(), mail_from: self.mail_from.clone(), ..config }
    }
}

impl Serve {
    /// The engine's settings.
    pub(crate) fn config(&self) -> Config {
        Config {
            trusted_proxies: self.trusted_proxy.iter().map(IpAddr::to_canonical).collect(),
            deadline: Some(Duration::from_secs(self.deadline)),
            compose_deadline: Some(Duration::from_secs(self.compose_deadline)),
            connections: self.connections,
            calculated_at_once: self.calculated_at_once.map(|count| count as usize),
            outbound_private: self.outbound_private,
            ..self.mail.with(self.connection.config(self.public_url.clone()))
        }
    }
}

/// Options of the server.
#[derive(Args)]
pub(crate) struct Serve {
    /// Address to listen on.
    #[arg(long, env = "VERSTAK_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub(crate) listen: SocketAddr,
    /// Solution folder to install where it is absent; may be given several times.
    #[arg(long, value_name = "DIR")]
    pub(crate) solution: Vec<PathBuf>,
    /// Address under which people reach the product.
    #[arg(long, env = "VERSTAK_PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// Address of a proxy of one's own, which is believed what it tells about its clients; may be given several times.
    #[arg(long, env = "VERSTAK_TRUSTED_PROXIES", value_name = "ADDRESS", value_delimiter = ',')]
    pub(crate) trusted_proxy: Vec<IpAddr>,
    /// Seconds after which a statement of the database is stopped, and the wait for a connection ends.
    #[arg(long, env = "VERSTAK_DEADLINE", default_value_t = 30, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) deadline: u64,
    /// Seconds after which composing all rows of a register is ended; those of before are read on.
    #[arg(long, env = "VERSTAK_COMPOSE_DEADLINE", default_value_t = 3_600, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=604_800))]
    pub(crate) compose_deadline: u64,
    /// Connections to the database; 16 with PostgreSQL, 6 for reading with SQLite, when absent.
    #[arg(long, env = "VERSTAK_CONNECTIONS", value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(4..=1_000))]
    pub(crate) connections: Option<u32>,
    /// Records of which a save or a publish calculates a formula itself; of more a job does. 10,000 when absent.
    #[arg(long, env = "VERSTAK_CALCULATED_AT_ONCE", value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) calculated_at_once: Option<u32>,
    /// Let requests to elsewhere, such as to the company's own sign-in, go to this machine and to private networks.
    #[arg(long, env = "VERSTAK_OUTBOUND_PRIVATE")]
    pub(crate) outbound_private: bool,
    /// Address of the first administrator, made on an empty database.
    #[arg(long, env = "VERSTAK_ADMIN_EMAIL", value_name = "EMAIL", hide = true)]
    pub(crate) admin_email: Option<String>,
    /// Password of the first administrator.
    #[arg(long, env = "VERSTAK_ADMIN_PASSWORD", value_name = "PASSWORD", hide = true, hide_env_values = true)]
    pub(crate) admin_password: Option<String>,
    #[command(flatten)]
    pub(crate) mail: Mail,
    #[command(flatten)]
    pub(crate) connection: Connection,
}
