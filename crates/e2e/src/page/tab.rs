//! The tabs of one window, which share the browser's profile.

use fantoccini::wd::WindowHandle;

use super::Page;
use crate::failure::Failure;

/// One tab. What is asked of a [`Page`] is asked of the tab that is in front.
#[derive(Debug, Clone)]
pub struct Tab(WindowHandle);

impl Page {
    /// The tab that is in front.
    pub async fn tab(&self) -> Result<Tab, Failure> {
        Ok(Tab(self.client.window().await?))
    }

    /// Opens an empty tab and brings it to the front.
    pub async fn open_tab(&self) -> Result<Tab, Failure> {
        let handle = self.client.new_window(true).await?.handle;
        let tab = Tab(handle);
        self.bring(&tab).await?;
        Ok(tab)
    }

    /// Brings a tab to the front.
    pub async fn bring(&self, tab: &Tab) -> Result<(), Failure> {
        Ok(self.client.switch_to_window(tab.0.clone()).await?)
    }
}
