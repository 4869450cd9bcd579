//! Starts a private server, prints its URL and keeps it until Enter is pressed:
//! `cargo run -p orm-sandbox --example sandbox`, with `-- tcp` for a port instead of a socket.

use std::env;
use std::error::Error;
use std::io;
use std::time::Instant;

use orm_sandbox::Sandbox;

fn main() -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let sandbox = match env::args().nth(1).as_deref() {
        Some("tcp") => Sandbox::builder().tcp().start()?,
        _ => Sandbox::start()?,
    };
    println!("{}", sandbox.url());
    eprintln!("it answered after {:?}; press Enter to end it", start.elapsed());
    io::stdin().read_line(&mut String::new())?;

    let end = Instant::now();
    drop(sandbox);
    eprintln!("it was gone after {:?}", end.elapsed());
    Ok(())
}
