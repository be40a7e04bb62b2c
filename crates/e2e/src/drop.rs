//! Files that are dragged from the desktop and let go over the plugin's page.

use std::path::Path;

use serde_json::{Value, json};

use crate::{Failure, Page, Slipway, slipway::FRAME};

/// The part of the page that holds a text and nothing else, brought into sight: the middle of it.
const MIDDLE_OF_TEXT: &str = "
    const [text] = arguments;
    const holds = (node) => node.nodeType === Node.TEXT_NODE && node.data.includes(text);
    const found = [...document.querySelectorAll('*')].find((element) => [...element.childNodes].some(holds));
    found.scrollIntoView({ block: 'center' });
    const { x, y, width, height } = found.getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
";

/// Where the inside of a frame begins.
const CORNER_OF_FRAME: &str = "
    const [title] = arguments;
    const frame = [...document.querySelectorAll('iframe')].find((frame) => frame.title === title);
    const { x, y } = frame.getBoundingClientRect();
    return { x: x + frame.clientLeft, y: y + frame.clientTop };
";

impl Slipway {
    /// Drags files or folders to where a text stands on the plugin's page, and lets go.
    pub async fn drop_files(&self, onto: &str, files: &[&Path]) -> Result<Page, Failure> {
        let page = self.page().await?;
        page.sees(onto).await?;
        let inside = page.script(MIDDLE_OF_TEXT, vec![onto.into()]).await?;
        let around = self.panel().page().await?;
        let corner = around.script(CORNER_OF_FRAME, vec![FRAME.into()]).await?;
        let coordinate = |axis: &str| -> Result<f64, Failure> {
            let both = inside[axis].as_f64().zip(corner[axis].as_f64());
            let (inside, corner) = both
                .ok_or_else(|| Failure::Untrue(format!("`{onto}` is at {inside} of {corner}")))?;
            Ok(inside + corner)
        };
        let (x, y) = (coordinate("x")?, coordinate("y")?);
        // `Input.DragData`; 1 is the operation “copy”.
        let data = json!({ "items": [], "files": files, "dragOperationsMask": 1 });
        for moment in ["dragEnter", "dragOver", "drop"] {
            let event: Value = json!({ "type": moment, "x": x, "y": y, "data": data });
            around.devtools("Input.dispatchDragEvent", event).await?;
        }
        self.page().await
    }
}
