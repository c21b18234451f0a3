//! Contacts who write what they are told to, so that a test, or whoever shows the demo, decides who answers what.

use std::sync::Arc;

use handoff_core::OrganizationId;
use handoff_core::contact::Phone;
use tokio::sync::mpsc;

use super::Simulator;
use crate::delivery::gateway::Inbound;
use crate::store::Store;

/// The lines of standard input, as they come.
pub fn standard_input() -> mpsc::UnboundedReceiver<String> {
    let (sender, lines) = mpsc::unbounded_channel();
    // A thread of its own, which nobody waits for when the program ends.
    std::thread::spawn(move || {
        for line in std::io::stdin().lines() {
            let Ok(line) = line else { return };
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    lines
}

/// Has contacts write line by line, until there are no more.
pub async fn follow(
    mut lines: mpsc::UnboundedReceiver<String>,
    simulator: Arc<Simulator>,
    store: Store,
    organization: OrganizationId,
) {
    while let Some(line) = lines.recv().await {
        if let Some((phone, body)) = read(&line) {
            let gateway_id = format!("prompted-{}", store.next_id());
            simulator.write(Inbound { organization, gateway_id, phone, body: body.to_owned() });
        } else {
            tracing::warn!("a contact was told to write, but not with +15035550100 and the text behind it");
        }
    }
}

/// Who writes what: `+15035550100 Yes, gladly!`
fn read(line: &str) -> Option<(Phone, &str)> {
    let (phone, body) = line.split_once(' ')?;
    Some((phone.parse().ok()?, body))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn the_number_stands_before_the_text() {
        let phone = "+15035550100".parse().unwrap();
        assert_eq!(read("+15035550100 Yes, gladly!"), Some((phone, "Yes, gladly!")));
        for wrong in ["", "+15035550100", "Yes, gladly!", "5035550100 Yes"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
