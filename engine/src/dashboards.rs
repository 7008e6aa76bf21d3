//! Dashboards: which there are for whom, and what their widgets show, each with the rights of whoever looks.

mod chosen;
mod questions;
mod trend;

use std::sync::Arc;

use catalog::dashboard::{self, Dashboard, Filter, FilterKind, On, Shows, Widget, WidgetType};
use chrono::{DateTime, Utc};
use diagnostic::Diagnostic;
use expression::Decimal;
use futures_util::future::join_all;
use schemas::suggest::nearest;
use serde_json::{Map, Value as Json};

use crate::measures::period::Span;
use crate::measures::{self, Answer};
use crate::records::Reading;
use crate::{Context, Error};
use chosen::Chosen;
use questions::Question;

/// What is asked of a dashboard.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// What is chosen in its filters, by name; those that are absent have what they begin with.
    pub filters: Map<String, Json>,
    /// Names of the widgets; all when absent.
    pub widgets: Option<Vec<String>>,
}

/// A dashboard as far as somebody may know it.
#[derive(Debug, Clone)]
pub struct Known {
    /// The dashboard.
    pub dashboard: Arc<Dashboard>,
    /// Its filters for them.
    pub filters: Vec<Filter>,
    /// Its widgets for them.
    pub widgets: Vec<Arc<Widget>>,
}

/// What widgets show.
#[derive(Debug)]
pub struct Data {
    /// The moment at which it was asked.
    pub at: DateTime<Utc>,
    /// The days that are chosen; `None` of all time.
    pub span: Option<Span>,
    /// The widgets asked for that show records, by name, in the order of the dashboard.
    pub widgets: Vec<(String, WidgetType, Outcome)>,
}

/// What a widget shows, or why it does not.
pub type Outcome = Result<Shown, Arc<Error>>;

/// What a widget shows.
#[derive(Debug, Clone)]
pub enum Shown {
    /// A number, and what it was before.
    Indicator(Box<Answer>, Option<Vec<Period>>),
    /// Groups, each as JSON text.
    Chart {
        /// The groups.
        items: Vec<String>,
        /// The condition of the records; `None` for all.
        filter: Option<String>,
        /// Whether there are more groups than are shown.
        more: bool,
    },
    /// Groups as a table with sums, each as JSON text.
    Pivot {
        /// The cells.
        items: Vec<String>,
        /// Sums of rows, and of what rows are grouped by.
        rows: Vec<String>,
        /// Sums of columns.
        columns: Vec<String>,
        /// The sum of all.
        total: Option<String>,
        /// The condition of the records; `None` for all.
        filter: Option<String>,
        /// Whether there are more cells than are shown.
        more: bool,
    },
    /// Records, each as JSON text.
    List {
        /// The records.
        items: Vec<String>,
        /// About how many there are.
        count: Option<u64>,
        /// Their condition; `None` for all.
        filter: Option<String>,
        /// Their order.
        sort: Vec<String>,
    },
}

/// What a measure came to in some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// The days.
    pub span: Span,
    /// The number; `None` where there is none.
    pub value: Option<Decimal>,
}

/// Lists the dashboards that the caller has: those made for one of their roles, on which there is something for them.
pub fn known(ctx: &Context) -> Vec<Known> {
    ctx.catalog().dashboards.iter().filter_map(|dashboard| of_caller(ctx, dashboard)).collect()
}

/// Finds a dashboard that the caller has; a hidden one is like one that is not there.
pub fn find(ctx: &Context, name: &str) -> Result<Known, Error> {
    let found = dashboard::named(&ctx.catalog().dashboards, name).and_then(|dashboard| of_caller(ctx, dashboard));
    found.ok_or_else(|| {
        let known = known(ctx);
        let near = nearest(name, known.iter().map(|known| known.dashboard.name.as_str()));
        Error::NotFound(Diagnostic::error("dashboard.unknown").with("name", name).with_some("nearest", near))
    })
}

fn of_caller(ctx: &Context, dashboard: &Arc<Dashboard>) -> Option<Known> {
    if !ctx.access.plays(&dashboard.roles) {
        return None;
    }
    let known = as_known(ctx, dashboard);
    // A page of headings tells that there is something to hide.
    let is_empty = |widgets: &[Arc<Widget>]| widgets.iter().all(|widget| matches!(widget.shows, Shows::Text));
    (is_empty(&dashboard.widgets) || !is_empty(&known.widgets)).then_some(known)
}

/// A dashboard without what the caller may not know.
pub(crate) fn as_known(ctx: &Context, dashboard: &Arc<Dashboard>) -> Known {
    let filters = dashboard.filters.iter().filter(|filter| is_known_filter(ctx, filter)).cloned().collect();
    let widgets = dashboard.widgets.iter().filter(|widget| questions::is_known(ctx, dashboard, widget)).cloned();
    Known { dashboard: Arc::clone(dashboard), filters, widgets: widgets.collect() }
}

fn is_known_filter(ctx: &Context, filter: &Filter) -> bool {
    let FilterKind::Field { entity, field, .. } = &filter.kind else { return true };
    let Some(grant) = ctx.access.read(entity) else { return false };
    let field = grant.entity().field_by_id(field);
    field.is_some_and(|field| ctx.access.field(grant.entity(), &field.name).is_some())
}

/// Reads what the widgets of a dashboard show.
pub async fn data(ctx: &Context, name: &str, asked: &Asked) -> Result<Data, Error> {
    show(ctx, &find(ctx, name)?, asked).await
}

/// Shows a dashboard as it is drawn, over what is published, to whoever draws it.
pub async fn attempt(ctx: &Context, document: &schemas::Dashboard, asked: &Asked) -> Result<(Known, Data), Error> {
    ctx.designer()?;
    let dashboard = catalog::resolve::dashboard(ctx.catalog(), document).map_err(|mut mistakes| {
        mistakes.iter_mut().for_each(|one| one.place.pointer.insert_str(0, "/document"));
        Error::Invalid(mistakes)
    })?;
    let known = as_known(ctx, &Arc::new(dashboard));
    let data = show(ctx, &known, asked).await?;
    Ok((known, data))
}

/// Reads what widgets show while this is chosen.
pub(crate) async fn show(ctx: &Context, known: &Known, asked: &Asked) -> Result<Data, Error> {
    let mut mistakes = Vec::new();
    let chosen = Chosen::read(ctx, known, &asked.filters, &mut mistakes);
    let widgets = wanted(known, asked.widgets.as_deref(), &mut mistakes);
    if !mistakes.is_empty() {
        return Err(Error::Invalid(mistakes));
    }
    let reading = Reading::remembering(ctx).await?;
    let (mut indicators, mut questions) = (Vec::new(), Vec::new());
    let mut places = Vec::with_capacity(widgets.len());
    for widget in &widgets {
        match &widget.shows {
            Shows::Indicator(measure) => {
                let decided = questions::indicator(ctx, known, widget, measure, &chosen);
                let trend = match (&decided, &widget.written.trend) {
                    (Ok(decided), Some(trend)) => trend::of(ctx, decided, *trend).transpose(),
                    _ => None,
                };
                let trend = trend.map(|trend| trend.map(|(asked, spans)| (place(&mut questions, asked), spans)));
                places.push(Place::Indicator(indicators.len(), trend));
                indicators.push(decided);
            }
            _ => {
                let question = questions::of(ctx, known, widget, &chosen);
                places.push(Place::Question(question.map(|asked| place(&mut questions, asked)).map_err(Arc::new)));
            }
        }
    }
    let read = join_all(questions.iter().map(|question| question.ask(&reading)));
    let (answers, read) = tokio::join!(measures::compute(&reading, indicators), read);
    let read: Vec<Outcome> = read.into_iter().map(|found| found.map_err(Arc::new)).collect();
    let outcome = |place: Place| match place {
        Place::Question(at) => read[at?].clone(),
        Place::Indicator(at, trend) => {
            let answer = answers[at].clone()?;
            let trend = match trend {
                None => None,
                Some(trend) => {
                    let (asked, spans) = trend.map_err(Arc::new)?;
                    let Shown::Chart { items, .. } = read[asked].clone()? else {
                        return Err(Error::broken("a trend without groups").into());
                    };
                    Some(trend::values(&items, &spans))
                }
            };
            Ok(Shown::Indicator(Box::new(answer), trend))
        }
    };
    let outcomes = std::iter::zip(&widgets, places);
    let widgets = outcomes.map(|(widget, place)| (widget.name.clone(), widget.written.kind, outcome(place))).collect();
    Ok(Data { at: ctx.now, span: chosen.span(), widgets })
}

/// Where what a widget shows is found among what was asked.
enum Place {
    /// An indicator by its number, and its trend: a question with the days that are wanted of it.
    Indicator(usize, Option<Result<(usize, Vec<Span>), Error>>),
    Question(Result<usize, Arc<Error>>),
}

/// The number of a question; what is asked twice is asked once.
fn place(questions: &mut Vec<Question>, asked: Question) -> usize {
    questions.iter().position(|known| *known == asked).unwrap_or_else(|| {
        questions.push(asked);
        questions.len() - 1
    })
}

/// The widgets that are asked for and show records.
fn wanted(known: &Known, names: Option<&[String]>, mistakes: &mut Vec<Diagnostic>) -> Vec<Arc<Widget>> {
    for (at, name) in names.unwrap_or_default().iter().enumerate() {
        if known.widgets.iter().all(|widget| widget.name != *name) {
            let near = nearest(name, known.widgets.iter().map(|widget| widget.name.as_str()));
            let mistake = Diagnostic::error("dashboard.unknown_widget").with("name", name).with_some("nearest", near);
            mistakes.push(mistake.at(format!("/widgets/{at}")));
        }
    }
    let is_wanted = |widget: &&Arc<Widget>| {
        !matches!(widget.shows, Shows::Text) && names.is_none_or(|names| names.contains(&widget.name))
    };
    known.widgets.iter().filter(is_wanted).cloned().collect()
}

/// The columns of a list for the caller: its own, those of its view, else the title and the first few fields.
pub fn columns(ctx: &Context, widget: &Widget) -> Vec<String> {
    questions::columns(ctx, widget)
}

/// The filters that act on a widget.
pub fn acting<'a>(known: &'a Known, widget: &'a Widget) -> impl Iterator<Item = (&'a Filter, &'a On)> {
    let all = &known.dashboard.filters;
    let ways = widget.ways.iter().filter_map(|way| Some((all.get(way.filter)?, &way.on)));
    ways.filter(|(filter, _)| known.filters.iter().any(|open| open.name == filter.name))
}
