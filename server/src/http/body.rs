//! Bodies on their way in: how fast they have to come, and what becomes of those that nobody reads.

use std::error::Error;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use axum::body::{Body, BodyDataStream, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use futures::{Stream, StreamExt};
use thiserror::Error;
use tokio::time::{Sleep, sleep, timeout};

use super::Site;
use super::flow::Flow;

/// A body came more slowly than it has to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the body comes too slowly")]
pub struct TooSlow;

/// Whether this is why a body could not be read.
pub fn is_too_slow(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<TooSlow>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Hurries bodies along, and throws away what is left of them. Where something is left even then, the answer says that
/// the connection is closed: what comes on it is no request.
pub async fn watch(State(site): State<Site>, request: Request, next: Next) -> Response {
    let flow = site.settings.flow;
    let waits = request.headers().contains_key(header::EXPECT);
    let (parts, body) = request.into_parts();
    if body.is_end_stream() {
        return next.run(Request::from_parts(parts, body)).await;
    }
    let mut inbound = Inbound::new(body, flow);
    let mut response = next.run(Request::from_parts(parts, Body::from_stream(inbound.clone()))).await;
    // Who asks first whether to send at all is answered at once.
    if !waits {
        inbound.throw_away(flow).await;
    }
    if !inbound.has_ended() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// A body that whoever answers reads, and that is still here when they have not.
#[derive(Clone)]
struct Inbound(Arc<Mutex<Coming>>);

struct Coming {
    body: BodyDataStream,
    flow: Flow,
    /// When so many bytes have to be here.
    until: Pin<Box<Sleep>>,
    /// How many are, of this stretch.
    came: usize,
    state: Stand,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stand {
    Coming,
    Ended,
    /// It was cut off, or too slow.
    Broken,
}

impl Inbound {
    fn new(body: Body, flow: Flow) -> Self {
        let until = Box::pin(sleep(flow.within));
        let body = body.into_data_stream();
        Self(Arc::new(Mutex::new(Coming { body, flow, until, came: 0, state: Stand::Coming })))
    }

    fn state(&self) -> Stand {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).state
    }

    fn has_ended(&self) -> bool {
        self.state() == Stand::Ended
    }

    async fn throw_away(&mut self, flow: Flow) {
        if self.state() != Stand::Coming {
            return;
        }
        let away = async {
            let mut taken = 0;
            while let Some(Ok(part)) = self.next().await {
                taken += part.len();
                if taken > flow.refused_bytes {
                    return;
                }
            }
        };
        // Whether it ended is looked at afterwards.
        let _ = timeout(flow.refused_for, away).await;
    }
}

impl Stream for Inbound {
    type Item = Result<Bytes, Box<dyn Error + Send + Sync>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut coming = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        coming.poll(context)
    }
}

impl Coming {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<<Inbound as Stream>::Item>> {
        if self.state != Stand::Coming {
            return Poll::Ready(None);
        }
        let Poll::Ready(part) = self.body.poll_next_unpin(context) else {
            ready!(self.until.as_mut().poll(context));
            self.state = Stand::Broken;
            return Poll::Ready(Some(Err(TooSlow.into())));
        };
        match part {
            Some(Ok(bytes)) => {
                self.came += bytes.len();
                if self.came >= self.flow.bytes {
                    self.came = 0;
                    self.until = Box::pin(sleep(self.flow.within));
                }
                // The last bytes of a body whose length was said are its end.
                if self.body.is_end_stream() {
                    self.state = Stand::Ended;
                }
                Poll::Ready(Some(Ok(bytes)))
            }
            Some(Err(error)) => {
                self.state = Stand::Broken;
                Poll::Ready(Some(Err(error.into())))
            }
            None => {
                self.state = Stand::Ended;
                Poll::Ready(None)
            }
        }
    }
}
