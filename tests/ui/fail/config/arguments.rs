use serde::Deserialize;

#[oriole::config(database)]
#[derive(Deserialize)]
pub struct Word;

#[oriole::config("data base", prefix = "", load = 3)]
#[derive(Deserialize)]
pub struct Shape;

#[oriole::config("database", prefix = "D B")]
#[derive(Deserialize)]
pub struct Generic<T> {
    pub value: T,
}

#[oriole::config("database")]
#[derive(Deserialize)]
pub enum Choice {
    One,
}

#[oriole::config("database")]
pub struct Unread {
    pub host: String,
}

#[oriole::config("database", load = load)]
#[derive(Deserialize)]
pub struct Loaded;

fn load(_: &u8) -> Loaded {
    Loaded
}

fn main() {}
