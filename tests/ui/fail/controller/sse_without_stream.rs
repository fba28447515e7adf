use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[controller]
impl CatsController {
    #[sse]
    async fn events(&self) -> String {
        String::new()
    }
}

fn main() {}

// Parity: SSE.2.
