//! The core by the settings.

use std::path::PathBuf;

use crate::base::fault::Fault;
use crate::config::Config;
use crate::core::{Core, CoreSettings};
use crate::program::mail::first_line;
use crate::service::Service;

/// `service`, which asks the core that the settings name; without an address there is none.
pub(super) fn with(config: &Config, service: Service) -> Result<Service, Fault> {
    Ok(match configured(config)? {
        Some(core) => service.with_core(core),
        None => service,
    })
}

/// The core that the settings name; a fault names the setting that is wrong.
pub(super) fn configured(config: &Config) -> Result<Option<Core>, Fault> {
    let settings = &config.core;
    if settings.url.is_empty() {
        return Ok(None);
    }
    let file = |path: &str| (!path.is_empty()).then(|| PathBuf::from(path));
    let token = match file(&settings.token_file) {
        Some(file) => Some(first_line("core.token_file", &file)?),
        None => None,
    };
    let trusted = file(&settings.trusted_file);
    Core::new(CoreSettings { url: settings.url.clone(), token, trusted }).map(Some)
}
