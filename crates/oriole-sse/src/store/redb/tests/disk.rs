//! A disk that is not there.

use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use dice::Dice;
use redb::{Database, StorageBackend};

use crate::store::redb::{RedbStore, RedbStoreOptions};

/// A disk in memory.
#[derive(Clone, Debug, Default)]
pub(super) struct Disk(Arc<(Mutex<Platter>, Condvar)>);

#[derive(Debug, Default)]
pub(super) struct Platter {
    bytes: Vec<u8>,
    /// What is there for certain ...
    safe: Vec<u8>,
    /// ... and what was written since.
    pub(super) unsafe_writes: Vec<(usize, Vec<u8>)>,
    pub(super) syncs: u64,
    pub(super) is_full: bool,
    pub(super) is_stuck: bool,
    pub(super) replaced_by: Option<Disk>,
}

impl Disk {
    pub(super) fn lock(&self) -> MutexGuard<'_, Platter> {
        self.0.0.lock().expect("no panic")
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Platter)) {
        change(&mut self.lock());
        self.0.1.notify_all();
    }

    pub(super) fn store(&self, options: RedbStoreOptions) -> RedbStore {
        let disk = self.clone();
        let open = move |_| {
            if disk.lock().is_full {
                return Err(full().into());
            }
            let replaced_by = disk.lock().replaced_by.clone();
            Database::builder().create_with_backend(replaced_by.unwrap_or_else(|| disk.clone()))
        };
        RedbStore::open_by(Path::new("in memory"), options, Box::new(open)).expect("a store")
    }

    /// What is left if the power fails now: of what was written since it was last made safe, any part in sectors.
    pub(super) fn without_power(&self, dice: &mut Dice) -> Self {
        let platter = self.lock();
        let mut left = platter.safe.clone();
        left.resize(platter.bytes.len(), 0);
        for (offset, bytes) in &platter.unsafe_writes {
            for (at, sector) in bytes.chunks(512).enumerate().filter(|_| dice.chance(50)) {
                let from = offset + at * 512;
                left[from..from + sector.len()].copy_from_slice(sector);
            }
        }
        let left = Platter { bytes: left.clone(), safe: left, ..Platter::default() };
        Self(Arc::new((Mutex::new(left), Condvar::new())))
    }
}

fn full() -> std::io::Error {
    std::io::Error::from(std::io::ErrorKind::StorageFull)
}

impl StorageBackend for Disk {
    fn len(&self) -> Result<u64, std::io::Error> {
        Ok(self.lock().bytes.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), std::io::Error> {
        let from = usize::try_from(offset).expect("small");
        out.copy_from_slice(&self.lock().bytes[from..from + out.len()]);
        Ok(())
    }

    fn set_len(&self, len: u64) -> Result<(), std::io::Error> {
        self.lock().bytes.resize(usize::try_from(len).expect("small"), 0);
        Ok(())
    }

    fn sync_data(&self) -> Result<(), std::io::Error> {
        let mut platter = self.lock();
        while platter.is_stuck {
            platter = self.0.1.wait(platter).expect("no panic");
        }
        if platter.is_full {
            return Err(full());
        }
        platter.syncs += 1;
        platter.safe = platter.bytes.clone();
        platter.unsafe_writes.clear();
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), std::io::Error> {
        let mut platter = self.lock();
        if platter.is_full {
            return Err(full());
        }
        let from = usize::try_from(offset).expect("small");
        platter.bytes[from..from + data.len()].copy_from_slice(data);
        platter.unsafe_writes.push((from, data.to_vec()));
        Ok(())
    }
}
