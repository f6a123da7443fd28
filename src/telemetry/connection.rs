//! The telemetry thread: connects, subscribes, decodes, hands over, and connects again.

use std::future::{Future, poll_fn};
use std::path::PathBuf;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use rumqttc::{AsyncClient, ConnectionError, Event, EventLoop, Packet, QoS};
use rumqttc::{NetworkOptions, SubscribeFilter, SubscribeReasonCode};
use tokio::sync::watch;

use crate::scene::Scene;

use super::backoff::Backoff;
use super::board::{Board, Tally};
use super::decode::Decoder;
use super::endpoint::{self, BrokerAddress};
use super::failure::Failure;
use super::handover::Outbox;
use super::observe::{Ear, Shared};
use super::{Link, TelemetryConfig, embedded, time, topic};

/// How long the thread sleeps once everything that had arrived is read. Waking up costs more than
/// decoding: brokers write each message by itself, and without this pause each would wake the
/// thread. A single value is not delayed by it, because the thread first waits and then pauses.
pub(super) const GATHER: Duration = Duration::from_millis(3);
/// Under a load that never lets up, batches are handed over at least this often.
const MOST_MESSAGES_A_BATCH: u32 = 4_096;
const MOST_SAMPLES_A_BATCH: u64 = 16_384;
/// How soon a batch is offered again that the app had no room for.
const OFFER_AGAIN: Duration = Duration::from_millis(10);
/// A connection that lasted this long was a good one.
const HELD: Duration = Duration::from_secs(5);

/// What the thread works from; a new one takes the place of the old one.
#[derive(Debug, Clone)]
pub(super) struct Feed {
    /// Tells the samples of this feed from those of others.
    pub epoch: u64,
    pub scene: Arc<Scene>,
    pub config: TelemetryConfig,
}

impl Feed {
    /// The address in use, as written.
    fn address(&self) -> &str {
        &self.scene.broker.url
    }

    /// Filters as the broker understands them, each once, and what is wrong with the others.
    fn filters(&self) -> (Vec<String>, Vec<String>) {
        let (mut filters, mut notices) = (Vec::new(), Vec::new());
        for mapping in &self.scene.topics {
            let filter = topic::mqtt_filter(&mapping.filter);
            if !rumqttc::valid_filter(&filter) {
                let written = &mapping.filter;
                notices.push(format!(
                    "{written:?} is not an MQTT topic filter; left out."
                ));
            } else if !filters.contains(&filter) {
                filters.push(filter);
            }
        }
        for binding in &self.scene.bindings {
            if rumqttc::valid_filter(&binding.topic) && !filters.contains(&binding.topic) {
                filters.push(binding.topic.clone());
            }
        }
        if filters.is_empty() {
            notices.push("The scene has no [[topics]]: nothing is subscribed to.".into());
        }
        (filters, notices)
    }

    /// Whether the same connection serves both.
    fn shares_connection_with(&self, other: &Self) -> bool {
        let (own, others) = (&self.scene.broker, &other.scene.broker);
        self.config == other.config
            && self.address() == other.address()
            && own.username_env == others.username_env
            && own.password_env == others.password_env
            && self.filters() == other.filters()
    }
}

/// Feeds for the thread; closed when the app ends.
pub(super) type Feeds = watch::Receiver<Option<Arc<Feed>>>;

/// Starts the thread. It ends when the sender of its feeds is dropped.
///
/// # Errors
/// The thread or its runtime could not be made.
pub(super) fn spawn(
    feeds: Feeds,
    outbox: Outbox,
    board: Board,
    observed: Arc<Shared>,
) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        // Names are looked up on a thread of their own.
        .thread_name("telemetry-dns")
        .build()?;
    let mut reader = Reader {
        decoder: None,
        scene: None,
        outbox,
        board,
        observed,
        tally: Tally::default(),
        unflushed: 0,
        values_at_flush: 0,
    };
    let run = move || {
        let mut feeds = feeds;
        runtime.block_on(run(&mut feeds, &mut reader));
        // A name that is still being looked up must not hold the program.
        runtime.shutdown_background();
    };
    let thread = std::thread::Builder::new().name("telemetry".into());
    thread.spawn(run).map(drop)
}

/// Serves one feed after the other.
async fn run(feeds: &mut Feeds, reader: &mut Reader) {
    loop {
        let feed = feeds.borrow_and_update().clone();
        match feed {
            Some(feed) => {
                reader.adopt(&feed);
                if serve(feed, feeds, reader).await.is_none() {
                    return;
                }
            }
            None if feeds.changed().await.is_err() => return,
            None => {}
        }
    }
}

/// Why an attempt ended.
enum Ended {
    Failed(Failure),
    /// Another feed needs another connection.
    Superseded,
    /// The app has ended.
    AppGone,
}

/// Connects for this feed, again and again, until another one needs another connection. `None` if
/// the app has ended.
async fn serve(mut feed: Arc<Feed>, feeds: &mut Feeds, reader: &mut Reader) -> Option<()> {
    let mut backoff = Backoff::default();
    reader.board.set_link(Link::Connecting);
    loop {
        let begun = Instant::now();
        let failure = match attempt(&mut feed, feeds, reader, &mut backoff).await {
            Ended::Failed(failure) => failure,
            Ended::Superseded => return Some(()),
            Ended::AppGone => return None,
        };
        reader.flush();
        let wait = backoff.next_wait(failure.refused);
        tracing::debug!("after {:?}: {}", begun.elapsed(), failure.words);
        reader.board.set_link(Link::Disconnected {
            reason: failure.words,
            retry_ms: time::now_ms().saturating_add(wait.as_millis() as i64),
        });
        let until = tokio::time::Instant::now() + wait;
        while tokio::time::timeout_at(until, feeds.changed())
            .await
            .is_ok()
        {
            match reader.follow(&mut feed, feeds) {
                Followed::Adopted => {}
                Followed::Superseded => return Some(()),
                Followed::AppGone => return None,
            }
        }
    }
}

/// One connection, from the first packet to the last.
async fn attempt(
    feed: &mut Arc<Feed>,
    feeds: &mut Feeds,
    reader: &mut Reader,
    backoff: &mut Backoff,
) -> Ended {
    let (broker, options) = match connect_options(feed) {
        Ok((broker, options)) => (broker, options),
        Err(words) => {
            reader.board.set_broker(feed.address_shown());
            return Ended::Failed(Failure::new(words));
        }
    };
    reader.board.set_broker(broker.clone());
    let (client, mut events) = AsyncClient::new(options, 4);
    let mut network = NetworkOptions::new();
    network.set_tcp_nodelay(true);
    network.set_connection_timeout(feed.config.connect_timeout.as_secs().max(1));
    events.set_network_options(network);

    let mut connected_at = None;
    // While set, the broker owes an answer to the subscription.
    let mut suback_until = None;
    let (mut filters, mut notices) = feed.filters();
    loop {
        let next = reader.next(&mut events, feeds, suback_until).await;
        match next {
            Next::Event(Ok(Event::Incoming(Packet::Publish(publish)))) => {
                reader.read(&publish.topic, &publish.payload, publish.retain);
            }
            Next::Event(Ok(Event::Incoming(Packet::ConnAck(_)))) => {
                connected_at = Some(Instant::now());
                if filters.is_empty() {
                    reader.board.set_notices(notices.clone());
                    reader.board.set_link(Link::Connected);
                } else if let Err(failure) = subscribe(&client, &filters) {
                    return Ended::Failed(failure);
                } else {
                    suback_until = Some(Instant::now() + feed.config.connect_timeout);
                }
            }
            Next::Event(Ok(Event::Incoming(Packet::SubAck(answer)))) => {
                suback_until = None;
                let is_refused = |code: &_| matches!(code, SubscribeReasonCode::Failure);
                if !answer.return_codes.is_empty() && answer.return_codes.iter().all(is_refused) {
                    return Ended::Failed(Failure::new(format!(
                        "{broker} lets this user read none of the scene's topics ({}). Allow it, or \
                         correct the filters.",
                        filters.join(", ")
                    )));
                }
                reader
                    .board
                    .set_notices(told(&notices, &filters, &answer.return_codes));
                reader.board.set_link(Link::Connected);
            }
            Next::Event(Ok(_)) => {}
            Next::Event(Err(error)) => {
                if connected_at.is_some_and(|at| at.elapsed() >= HELD) {
                    backoff.reset();
                }
                let connected = connected_at.is_some();
                return Ended::Failed(Failure::of(&error, &broker, connected));
            }
            Next::Panicked => {
                let words = format!(
                    "The MQTT client failed on what {broker} sent. Check that it is an MQTT 3.1.1 \
                     broker."
                );
                return Ended::Failed(Failure::new(words));
            }
            Next::NoSubAck => {
                let words = format!(
                    "{broker} accepted the connection but does not answer the subscription. Check \
                     that broker's log."
                );
                return Ended::Failed(Failure::new(words));
            }
            Next::FeedChanged => match reader.follow(feed, feeds) {
                Followed::Adopted => {
                    (filters, notices) = feed.filters();
                    // Subscribed once more, the broker sends again what it retains: turbines that
                    // the scene did not have before get their last values.
                    if suback_until.is_none()
                        && connected_at.is_some()
                        && !filters.is_empty()
                        && let Err(failure) = subscribe(&client, &filters)
                    {
                        return Ended::Failed(failure);
                    }
                }
                Followed::Superseded => return Ended::Superseded,
                Followed::AppGone => return Ended::AppGone,
            },
        }
    }
}

impl Feed {
    /// The address for people. One that cannot be understood may hold a password: not shown.
    fn address_shown(&self) -> String {
        let parsed = self.address().parse::<BrokerAddress>();
        parsed.map_or_else(|_| String::new(), |address| address.to_string())
    }
}

/// The broker's address as it is shown, and the options to connect to it.
pub(super) fn connect_options(feed: &Feed) -> Result<(String, rumqttc::MqttOptions), String> {
    broker_options(&feed.scene.broker, &feed.config)
}

/// A broker's address as it is shown, and the options to connect to it; the embedded one is started.
///
/// # Errors
/// What is missing or wrong, in words.
pub(crate) fn broker_options(
    to: &crate::scene::Broker,
    config: &TelemetryConfig,
) -> Result<(String, rumqttc::MqttOptions), String> {
    let address = to.url.parse::<BrokerAddress>();
    let address = address.map_err(|error| format!("[broker] url: {error}."))?;
    let (host, port, tls) = match &address {
        BrokerAddress::Remote { host, port, tls } => (host.as_str(), *port, *tls),
        BrokerAddress::Embedded { port } => {
            let broker = embedded::shared(*port).map_err(|error| {
                let words = error.to_string();
                format!("The embedded broker did not start: {words}.")
            })?;
            let options = endpoint::options(("127.0.0.1", broker.port, false), to, config)?;
            return Ok((format!("{} (embedded)", broker.url), options));
        }
    };
    let options = endpoint::options((host, port, tls), to, config)?;
    Ok((address.to_string(), options))
}

fn subscribe(client: &AsyncClient, filters: &[String]) -> Result<(), Failure> {
    // At most once: a later value makes up for one that is lost, and acknowledging each message
    // would cost more than reading it.
    let filter = |filter: &String| SubscribeFilter::new(filter.clone(), QoS::AtMostOnce);
    let sent = client.try_subscribe_many(filters.iter().map(filter));
    sent.map_err(|error| Failure::new(format!("The subscription could not be sent: {error}.")))
}

/// What is wrong with the subscription, with the broker's answer to each filter.
fn told(notices: &[String], filters: &[String], codes: &[SubscribeReasonCode]) -> Vec<String> {
    let refused = filters
        .iter()
        .zip(codes)
        .filter(|(_, code)| matches!(code, SubscribeReasonCode::Failure))
        .map(|(filter, _)| {
            format!(
                "The broker refused the subscription to {filter:?}. Allow this user to read it, or \
                 correct the filter."
            )
        });
    notices.iter().cloned().chain(refused).collect()
}

/// What comes next in a connection.
enum Next {
    Event(Result<Event, ConnectionError>),
    FeedChanged,
    NoSubAck,
    /// The MQTT client panicked.
    Panicked,
}

/// What became of a change of feed.
enum Followed {
    Adopted,
    Superseded,
    AppGone,
}

/// What reads messages: the decoder, and where samples and rejects go.
struct Reader {
    decoder: Option<Decoder>,
    /// The scene file whose turbines are heard.
    scene: Option<PathBuf>,
    outbox: Outbox,
    board: Board,
    /// What arrives, for whoever wants to see it.
    observed: Arc<Shared>,
    tally: Tally,
    /// Messages read since the last hand-over.
    unflushed: u32,
    /// The count of values at that hand-over.
    values_at_flush: u64,
}

impl Reader {
    fn adopt(&mut self, feed: &Feed) {
        if self.scene.as_ref().is_some_and(|of| *of != feed.scene.path) {
            // The counts of another farm say nothing of this one.
            self.tally = Tally::default();
            self.unflushed = 0;
            self.values_at_flush = 0;
            self.board.begin_anew();
        }
        self.scene = Some(feed.scene.path.clone());
        self.decoder = Some(Decoder::new(&feed.scene));
        self.observed.adopt(&feed.scene);
        self.outbox.begin(feed.epoch, &feed.scene);
    }

    /// Goes over to the newest feed if the connection serves it too.
    fn follow(&mut self, feed: &mut Arc<Feed>, feeds: &mut Feeds) -> Followed {
        // An error here means that the sender is gone.
        if feeds.has_changed().is_err() {
            return Followed::AppGone;
        }
        let newest = feeds.borrow_and_update().clone();
        match newest {
            Some(newest) if newest.shares_connection_with(feed) => {
                self.adopt(&newest);
                *feed = newest;
                Followed::Adopted
            }
            _ => Followed::Superseded,
        }
    }

    fn read(&mut self, topic: &str, payload: &[u8], is_retained: bool) {
        self.unflushed += 1;
        self.tally.counts.messages += 1;
        let Some(decoder) = &mut self.decoder else {
            return;
        };
        let arrival_ms = time::now_ms();
        let observed = &self.observed;
        observed.see(Ear::Filters, topic, payload, is_retained, arrival_ms);
        let (outbox, values) = (&mut self.outbox, &mut self.tally.counts.values);
        let decoded = decoder.decode(topic, payload, arrival_ms, &mut |sample| {
            *values += 1;
            outbox.push(if is_retained {
                sample.retained()
            } else {
                sample
            });
        });
        if let Err(reject) = decoded {
            self.tally.reject(topic, payload, arrival_ms, reject);
        }
    }

    /// Hands over what has been read, and writes the counts up.
    fn flush(&mut self) {
        self.unflushed = 0;
        self.values_at_flush = self.tally.counts.values;
        self.observed.publish(Ear::Filters, time::now_ms());
        let handed_over = self.outbox.flush();
        self.tally.counts.coalesced = self.outbox.coalesced();
        self.tally.write(&self.board);
        if handed_over {
            self.board.wake();
        }
    }

    /// Waits for what comes next; hands over whenever everything that has arrived is read.
    async fn next(
        &mut self,
        events: &mut EventLoop,
        feeds: &mut Feeds,
        suback_until: Option<Instant>,
    ) -> Next {
        let samples = self.tally.counts.values - self.values_at_flush;
        if self.unflushed >= MOST_MESSAGES_A_BATCH || samples >= MOST_SAMPLES_A_BATCH {
            self.flush();
            // The runtime's timers run only while the thread yields: keep-alive needs them.
            tokio::task::yield_now().await;
        }
        // tokio's budget would end a drain early; the limits above see to fairness.
        let mut poll = pin!(tokio::task::unconstrained(events.poll()));
        match poll_once(poll.as_mut()).await {
            Some(Polled::Ready(event)) => return Next::Event(event),
            Some(Polled::Panicked) => return Next::Panicked,
            None => {}
        }
        if self.unflushed > 0 {
            self.flush();
            // Not tokio's sleep: its reactor would wake for every packet all the same.
            std::thread::sleep(GATHER);
        }
        loop {
            if suback_until.is_some_and(|until| until <= Instant::now()) {
                return Next::NoSubAck;
            }
            let pause = match suback_until {
                _ if self.outbox.pending_count() > 0 => OFFER_AGAIN,
                Some(until) => until.saturating_duration_since(Instant::now()),
                None => Duration::from_secs(1),
            };
            tokio::select! {
                biased;
                event = guarded(poll.as_mut()) => return match event {
                    Polled::Ready(event) => Next::Event(event),
                    Polled::Panicked => Next::Panicked,
                },
                _ = feeds.changed() => return Next::FeedChanged,
                () = tokio::time::sleep(pause) => self.flush(),
            }
        }
    }
}

/// What came of polling the MQTT client.
pub(crate) enum Polled<T> {
    Ready(T),
    Panicked,
}

/// Polls once. A panic of the MQTT client on odd bytes must end a connection, not the thread.
fn poll_guarded<F: Future>(
    future: Pin<&mut F>,
    context: &mut std::task::Context<'_>,
) -> Poll<Polled<F::Output>> {
    let poll = std::panic::AssertUnwindSafe(|| future.poll(context));
    match std::panic::catch_unwind(poll) {
        Ok(Poll::Ready(output)) => Poll::Ready(Polled::Ready(output)),
        Ok(Poll::Pending) => Poll::Pending,
        Err(_panic) => Poll::Ready(Polled::Panicked),
    }
}

pub(crate) async fn guarded<F: Future>(mut future: Pin<&mut F>) -> Polled<F::Output> {
    poll_fn(|context| poll_guarded(future.as_mut(), context)).await
}

/// The output if it is there already.
pub(super) async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Option<Polled<F::Output>> {
    poll_fn(|context| match poll_guarded(future.as_mut(), context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}
