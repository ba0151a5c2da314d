//! Settings.

use datafusion::common::config::ConfigExtension;
use datafusion::common::extensions_options;
use datafusion_ffi::config::extension_options::FFI_ExtensionOptions;

extensions_options! {
    /// Settings of this library.
    pub struct CityOptions {
        /// How many cities a table of a factory has at most.
        pub most: usize, default = 3

        /// What they are sorted by; nothing here reads it.
        pub order: String, default = "id".to_owned()
    }
}

impl ConfigExtension for CityOptions {
    const PREFIX: &'static str = "cities";
}

/// Answers the settings with their defaults, as a struct.
pub fn exported() -> FFI_ExtensionOptions {
    let mut options = FFI_ExtensionOptions::default();
    options
        .add_config(&CityOptions::default())
        .expect("a map takes every key");
    options
}
