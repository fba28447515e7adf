use oriole::prelude::*;

#[injectable]
pub struct CatsController;

impl CatsController {
    #[get("{id}")]
    #[http_code(204)]
    pub async fn find_one(&self, Path(id): Path<u32>) -> String {
        id.to_string()
    }

    #[sse]
    pub fn events() {}
}

fn main() {}

// Parity: CTL.1.
