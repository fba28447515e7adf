pub struct AppModule;

#[oriole::main(root = AppModule)]
async fn main() -> oriole::Result<()> {
    Ok(())
}
