#[oriole::main]
struct App;

fn main() {}
