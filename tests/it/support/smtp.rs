//! A mail server on this machine that keeps what it is given, and answers as a test wants it to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A letter as it came: to whom the server was to give it, and its text.
#[derive(Debug, Clone)]
pub(crate) struct Got {
    pub(crate) to: Vec<String>,
    pub(crate) text: String,
}

impl Got {
    /// A header, with the lines that follow it put together.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let head = self.text.split("\r\n\r\n").next()?.replace("\r\n ", " ");
        let wanted = format!("{}:", name.to_lowercase());
        head.lines()
            .find(|line| line.to_lowercase().starts_with(&wanted))
            .map(|line| line[wanted.len()..].trim().to_owned())
    }
}

#[derive(Default)]
struct State {
    got: Vec<Got>,
    answers: VecDeque<&'static str>,
}

/// The server.
#[derive(Clone)]
pub(crate) struct Smtp {
    state: Arc<Mutex<State>>,
    port: u16,
}

impl Smtp {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let smtp = Self { state: Arc::default(), port: listener.local_addr().unwrap().port() };
        let state = Arc::clone(&smtp.state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&state);
                tokio::spawn(async move { talk(stream, &state).await });
            }
        });
        smtp
    }

    /// The setting that names it.
    pub(crate) fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}?tls=none", self.port)
    }

    /// What it says to the next letters in place of taking them.
    pub(crate) fn answers(&self, answers: &[&'static str]) {
        self.state.lock().unwrap().answers.extend(answers);
    }

    /// The letters it has taken, and those that it refused.
    pub(crate) fn got(&self) -> Vec<Got> {
        self.state.lock().unwrap().got.clone()
    }
}

async fn talk(stream: TcpStream, state: &Mutex<State>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 sink\r\n").await.ok()?;
    let mut to = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let command = line.trim().to_uppercase();
        let answer = if command.starts_with("EHLO") {
            "250-sink\r\n250 8BITMIME"
        } else if command.starts_with("RCPT TO:") {
            to.push(line.trim()["RCPT TO:".len()..].trim_matches(['<', '>']).to_owned());
            "250 ok"
        } else if command == "DATA" {
            stream.write_all(b"354 go on\r\n").await.ok()?;
            let mut text = String::new();
            while !text.ends_with("\r\n.\r\n") {
                stream.read_line(&mut text).await.ok()?;
            }
            let mut state = state.lock().unwrap();
            state.got.push(Got { to: std::mem::take(&mut to), text: text.trim_end_matches(".\r\n").to_owned() });
            state.answers.pop_front().unwrap_or("250 taken")
        } else if command == "QUIT" {
            stream.write_all(b"221 bye\r\n").await.ok()?;
            return None;
        } else {
            "250 ok"
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
    }
}
