//! `create` is found wherever it stands in the body, under whatever path; the names mean what they mean there.

mod app {
    use oriole::prelude::*;
    use std::marker::PhantomData;

    #[module()]
    pub struct One;

    #[module()]
    pub struct Of<T: Send + Sync> {
        #[inject(default)]
        _of: PhantomData<T>,
    }

    #[token]
    pub struct Cat;
}

/// Another library's `create` is left alone.
struct Factory;
impl Factory {
    fn create<T: Default>() -> T {
        T::default()
    }
}

#[oriole::main]
async fn main() {
    let number = Factory::create::<u32>();
    {
        use app::One as Local;
        use oriole::Oriole as Framework;
        let _one = Framework::create::<Local>().await.expect("no needs");
        let _of = <Framework>::create::<app::Of<app::Cat>>().await.expect("no needs");
    }
    let later = async || oriole::Oriole::create::<app::One>().await;
    if number == 0 {
        let _later = later().await.expect("no needs");
    }
    let (first, second) = tokio::join!(oriole::Oriole::create::<app::One>(), oriole::Oriole::create::<app::One>());
    assert!(first.is_ok() && second.is_ok());
}
