//! Who may call a handler.

use oriole::prelude::*;

/// The roles of which a caller needs one: `#[meta(Roles(&["admin"]))]`.
pub(crate) struct Roles(pub(crate) &'static [&'static str]);

/// Lets those pass who have a role that the handler asks for.
#[injectable]
pub(crate) struct RolesGuard;

impl Guard for RolesGuard {
    async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException> {
        let Some(Roles(wanted)) = ctx.meta::<Roles>() else { return Ok(true) };
        // A real application takes them from a session.
        let roles = ctx.http().headers.get("x-roles").and_then(|roles| roles.to_str().ok()).unwrap_or_default();
        Ok(roles.split(',').any(|role| wanted.contains(&role.trim())))
    }
}
