use oriole::prelude::*;

#[module(imports = [InnerModule::with(1)])]
pub struct InnerModule;

impl InnerModule {
    pub fn with(depth: u8) -> DynamicModule<Self> {
        let _ = depth;
        DynamicModule::new()
    }
}

#[module(root, imports = [InnerModule::with(0)])]
pub struct AppModule;

fn main() {}
