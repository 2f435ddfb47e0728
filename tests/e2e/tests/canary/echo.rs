//! A system that repeats every request in its answer, as the error pages of careless systems do.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

/// Starts such a system, which answers with this status while the test runs. Returns its address.
pub(crate) fn start(status: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            // The caller may have left before the answer.
            let _ = answer(stream, status);
        }
    });
    format!("http://{address}/inn")
}

fn answer(mut stream: TcpStream, status: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut length = 0;
    let mut head = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? <= 2 {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let words: String = String::from_utf8_lossy(&body)
        .chars()
        .filter(|c| !c.is_control())
        .take(6_000)
        .collect();
    let ascii: String = words.chars().filter(char::is_ascii).take(1_500).collect();
    let page = format!(
        "{{\"feil\": \"kunne ikke lagre\", \"dokument\": {}}}",
        serde_json::Value::from(words)
    );
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nx-feil: {ascii}\r\nlocation: /feil?dokument={ascii}\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{page}",
        page.len()
    )
}
