use oriole::prelude::*;

bundle! {
    empty() {}
}

bundle! {
    pub everywhere() { #[header("a", "b")] }
}

bundle! {
    words() { use_guards(Auth) }
}

bundle! { nameless }

fn main() {}
