//! How fast a frame is drawn and how many bytes it takes, at the sizes that people have.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tokio::runtime::Runtime;
use wardroom::base::time::{Clock, Timestamp};
use wardroom::domain::operator::Actor;
use wardroom::protocol::Returned;
use wardroom::service::Service;
use wardroom::store::{Places, Store};
use wardroom::terminal::{Capabilities, Screen};
use wardroom::ui::{self, Effect, Environment, Model, Msg, Opening, Place};

const NOW: Timestamp = Timestamp(1_780_000_000_000);
/// The baseline, a wide one, the largest there is.
const SIZES: [(u16, u16); 3] = [(80, 24), (160, 50), (500, 200)];

criterion_group!(benches, frames);
criterion_main!(benches);

fn frames(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let places =
        Places { database: folder.path().join("wardroom.db"), field_key: folder.path().join("field.key") };
    let store = Store::create(&places, Clock::fixed(NOW)).expect("a store");
    let service = Service::start(store, folder.path().to_owned(), 0).expect("a service");
    let runtime = Runtime::new().expect("a runtime");
    runtime.block_on(service.populate(1_000, 7)).expect("people");
    let mut group = criterion.benchmark_group("frame");
    group.sample_size(30).measurement_time(Duration::from_secs(3));
    for size in SIZES {
        let mut desk = Desk::open(&service, &runtime, size);
        let (columns, rows) = size;
        let down = desk.draw_after(KeyCode::Char('j'));
        group.bench_function(format!("cursor move at {columns}x{rows}, {down} bytes"), |bencher| {
            let mut turns = [KeyCode::Char('k'), KeyCode::Char('j')].into_iter().cycle();
            bencher.iter(|| black_box(turns.next().map(|key| desk.draw_after(key))));
        });
        let whole = desk.repaint();
        group.bench_function(format!("full repaint at {columns}x{rows}, {whole} bytes"), |bencher| {
            bencher.iter(|| black_box(desk.repaint()));
        });
    }
    group.finish();
    service.close();
}

/// A console with the list of users on it.
struct Desk<'s> {
    service: &'s Service,
    runtime: &'s Runtime,
    actor: Actor,
    model: Model,
    screen: Screen,
}

impl<'s> Desk<'s> {
    fn open(service: &'s Service, runtime: &'s Runtime, size: (u16, u16)) -> Self {
        let actor = runtime.block_on(service.actor_here(None)).expect("an operator");
        let (model, effects) = Model::new(Opening {
            actor: actor.clone(),
            environment: Environment::Demo,
            size,
            place: Place::Users,
            ascii_borders: false,
            now: NOW,
        });
        let screen = Screen::new(u32::from(size.0), u32::from(size.1), Capabilities::FULL);
        let mut desk = Self { service, runtime, actor, model, screen };
        desk.carry_out(effects);
        desk.repaint();
        desk
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if let Effect::Ask(query) = effect {
                let reply = self.runtime.block_on(self.service.ask(&self.actor, query.clone()));
                let more =
                    ui::update(&mut self.model, Msg::Returned(Returned::Reply(Box::new(query), reply)), NOW);
                self.carry_out(more);
            }
        }
    }

    /// A key and its frame; how many bytes it takes.
    fn draw_after(&mut self, key: KeyCode) -> usize {
        let key = KeyEvent::new(key, KeyModifiers::NONE);
        let effects = ui::update(&mut self.model, Msg::Key(key), NOW);
        self.carry_out(effects);
        self.draw()
    }

    fn repaint(&mut self) -> usize {
        self.screen.repaint();
        self.draw()
    }

    fn draw(&mut self) -> usize {
        let model = &self.model;
        self.screen.draw(|frame| ui::view(model, frame, NOW)).len()
    }
}
