//! Settings of an engine.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Where the data are and what protects them.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Folder of the data: the SQLite file, the secret key.
    pub data: PathBuf,
    /// `postgres://…`; `None` for SQLite in the folder.
    pub database_url: Option<String>,
    /// Key of 32 bytes or more in base64 that signs cursors and encrypts secrets; `None` to make one in the folder.
    pub secret_key: Option<String>,
    /// Whether the key is taken though the database was used with another: what that one sealed or encrypted is lost.
    pub new_secret_key: bool,
    /// Language of a workspace that is made, `en` or `ru` (which it is when absent): it orders texts, and stands where
    /// nobody's own is known. A workspace that is there keeps its own.
    pub language: Option<String>,
    /// Address under which people reach the product, for links.
    pub public_url: Option<String>,
    /// Addresses of proxies of one's own, who are believed what they tell about the clients behind them.
    pub trusted_proxies: Vec<IpAddr>,
    /// Longest run of one statement and longest wait for a connection; `None` for half a minute.
    pub deadline: Option<Duration>,
    /// Longest time that composing the rows of a register as a whole may take; `None` for an hour.
    pub compose_deadline: Option<Duration>,
    /// Connections to the database; `None` for as many as suit it.
    pub connections: Option<u32>,
    /// Records of which a save or a publish calculates the formulas itself; of more a job does. `None` for 10,000.
    pub calculated_at_once: Option<usize>,
    /// Whether requests to elsewhere may go to this machine and to private networks, and by bare http.
    pub outbound_private: bool,
    /// Server that mail is sent by, `smtps://user:password@host:port` or `smtp://…`; `None` for none.
    pub smtp_url: Option<String>,
    /// Whom mail is from, an address with or without a name.
    pub mail_from: Option<String>,
    /// Whether nothing of elsewhere is asked at all.
    pub outbound_closed: bool,
}

/// Records of which a save calculates the formulas itself, where nothing else is set.
const CALCULATED_AT_ONCE: usize = 10_000;
/// The deadline of a statement where none is set.
const DEADLINE: Duration = Duration::from_secs(30);
/// The longest time of composing a register where none is set.
const COMPOSE_DEADLINE: Duration = Duration::from_secs(3_600);

impl Config {
    /// Gives the longest run of one statement.
    pub fn deadline(&self) -> Duration {
        self.deadline.unwrap_or(DEADLINE)
    }

    /// Gives the longest time that composing a register may take.
    pub fn compose_deadline(&self) -> Duration {
        self.compose_deadline.unwrap_or(COMPOSE_DEADLINE)
    }

    /// Gives of how many records a save calculates a formula itself.
    pub fn calculated_at_once(&self) -> usize {
        self.calculated_at_once.unwrap_or(CALCULATED_AT_ONCE)
    }

    /// Gives the file of SQLite's data.
    pub fn database_file(&self) -> PathBuf {
        self.data.join("verstak.db")
    }
}
