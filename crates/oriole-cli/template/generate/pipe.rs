//! What arguments must be.

use std::any::Any;

use oriole::prelude::*;
use oriole::{ArgMeta, Pipe};

#[injectable]
#[derive(Debug)]
pub struct __Name__Pipe;

impl Pipe for __Name__Pipe {
    async fn transform(&self, _value: &mut (dyn Any + Send), _arg: &ArgMeta) -> Result<(), HttpException> {
        Ok(())
    }
}
