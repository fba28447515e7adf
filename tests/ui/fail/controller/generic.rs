use oriole::prelude::*;

#[injectable]
pub struct CatsController<T: Send + Sync> {
    #[inject(default)]
    pub marker: std::marker::PhantomData<T>,
}

#[controller]
impl<T: Send + Sync> CatsController<T> {
    #[get]
    fn find_all(&self) -> String {
        String::new()
    }
}

fn main() {}
