//! Users, in memory.

use crate::dto::{NewUser, Page};
use crate::entity::{Role, User};
use oriole::prelude::*;
use std::sync::{Mutex, PoisonError};

/// More than a sample needs, and less than fills the memory.
const USERS_MAX: usize = 1000;

#[injectable]
pub(crate) struct UsersService {
    #[inject(default)]
    users: Mutex<Vec<User>>,
}

impl UsersService {
    pub(crate) fn create(&self, new: NewUser) -> Result<User, HttpException> {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        if users.len() >= USERS_MAX {
            return Err(HttpException::conflict("there are enough users"));
        }
        let id = u32::try_from(users.len()).unwrap_or(u32::MAX).saturating_add(1);
        let mut user = User::new(id, &new.first_name, &new.last_name, &new.email, Role::new(id, &new.role.name));
        user.password = new.password;
        tracing::info!("made {}", user.described());
        users.push(user.clone());
        Ok(user)
    }

    pub(crate) fn page(&self, page: &Page) -> Vec<User> {
        let users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        users.iter().skip((page.page - 1).saturating_mul(page.size)).take(page.size).cloned().collect()
    }
}
