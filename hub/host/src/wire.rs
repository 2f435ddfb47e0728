//! The values of contract 1.0 as they cross into a guest and out of it: the counterpart of `sdk/wit/adapter.wit`. Values that go in
//! are borrowed, so that a document is copied once, into the guest.

use wasmtime::component::{ComponentType, Lift, Lower};

/// Text or bytes that go in.
#[derive(Clone, Copy, ComponentType, Lower)]
#[component(variant)]
pub(crate) enum ContentIn<'a> {
    #[component(name = "text")]
    Text(&'a str),
    #[component(name = "bytes")]
    Bytes(&'a [u8]),
}

#[derive(Clone, Copy, ComponentType, Lower)]
#[component(record)]
pub(crate) struct DocumentIn<'a> {
    #[component(name = "media-type")]
    pub(crate) media_type: &'a str,
    pub(crate) body: ContentIn<'a>,
}

#[derive(Clone, Copy, ComponentType, Lower)]
#[component(record)]
pub(crate) struct HeaderIn<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: &'a str,
}

#[derive(Clone, Copy, ComponentType, Lower)]
#[component(record)]
pub(crate) struct ResponseIn<'a> {
    pub(crate) status: u16,
    pub(crate) headers: &'a [HeaderIn<'a>],
    pub(crate) body: ContentIn<'a>,
}

#[derive(Clone, Copy, ComponentType, Lower)]
#[component(record)]
pub(crate) struct ReferenceIn<'a> {
    pub(crate) scheme: &'a str,
    pub(crate) value: &'a str,
}

#[derive(Clone, Copy, ComponentType, Lower)]
#[component(record)]
pub(crate) struct ItemIn<'a> {
    pub(crate) id: &'a str,
    pub(crate) sender: &'a str,
    pub(crate) note: &'a str,
}

#[derive(Clone, Copy, ComponentType, Lower)]
#[component(record)]
pub(crate) struct DeclinedIn<'a> {
    pub(crate) item: ItemIn<'a>,
    pub(crate) code: &'a str,
    pub(crate) text: &'a str,
}

#[derive(Clone, Copy, ComponentType, Lower)]
#[component(variant)]
pub(crate) enum StepIn<'a> {
    #[component(name = "listing")]
    Listing(Option<&'a str>),
    #[component(name = "listening")]
    Listening(Option<&'a str>),
    #[component(name = "fetching")]
    Fetching(ItemIn<'a>),
    #[component(name = "declining")]
    Declining(DeclinedIn<'a>),
    #[component(name = "marking")]
    Marking(ItemIn<'a>),
    #[component(name = "status")]
    Status(&'a [ReferenceIn<'a>]),
    #[component(name = "receipt")]
    Receipt(&'a [ReferenceIn<'a>]),
}

/// Text or bytes that come out.
#[derive(ComponentType, Lift)]
#[component(variant)]
pub(crate) enum Content {
    #[component(name = "text")]
    Text(String),
    #[component(name = "bytes")]
    Bytes(Vec<u8>),
}

impl Content {
    /// Returns the bytes, of a text in UTF-8.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.into_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct Document {
    #[component(name = "media-type")]
    pub(crate) media_type: String,
    pub(crate) body: Content,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct Header {
    pub(crate) name: String,
    pub(crate) value: String,
}

#[derive(Clone, Copy, ComponentType, Lift)]
#[component(enum)]
#[repr(u8)]
pub(crate) enum HttpMethod {
    #[component(name = "get")]
    Get,
    #[component(name = "post")]
    Post,
    #[component(name = "put")]
    Put,
    #[component(name = "patch")]
    Patch,
    #[component(name = "delete")]
    Delete,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct Reference {
    pub(crate) scheme: String,
    pub(crate) value: String,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct Request {
    pub(crate) method: HttpMethod,
    pub(crate) path: String,
    pub(crate) headers: Vec<Header>,
    pub(crate) body: Content,
    pub(crate) credential: Option<String>,
    pub(crate) carries: Vec<Reference>,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct Refusal {
    pub(crate) code: String,
    pub(crate) text: String,
    pub(crate) reply: Option<Request>,
}

#[derive(ComponentType, Lift)]
#[component(variant)]
pub(crate) enum Problem {
    #[component(name = "refused")]
    Refused(Refusal),
    #[component(name = "defect")]
    Defect(String),
}

#[derive(ComponentType, Lift)]
#[component(variant)]
pub(crate) enum Reading {
    #[component(name = "messages")]
    Messages(String),
    #[component(name = "receipt")]
    Receipt(String),
    #[component(name = "nothing")]
    Nothing(String),
}

#[derive(ComponentType, Lift)]
#[component(variant)]
pub(crate) enum Settlement {
    #[component(name = "delivered")]
    Delivered,
    #[component(name = "awaiting-receipt")]
    AwaitingReceipt(Vec<Reference>),
    #[component(name = "with-a-person")]
    WithAPerson,
    #[component(name = "retry-after")]
    RetryAfter(Option<u32>),
    #[component(name = "rejected")]
    Rejected(Refusal),
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) sender: String,
    pub(crate) note: String,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct Listed {
    pub(crate) items: Vec<Item>,
    pub(crate) cursor: Option<String>,
    pub(crate) more: bool,
}

#[derive(ComponentType, Lift)]
#[component(variant)]
pub(crate) enum Answer {
    #[component(name = "items")]
    Items(Listed),
    #[component(name = "document")]
    Document(Document),
    #[component(name = "receipt")]
    Receipt(String),
    #[component(name = "ready")]
    Ready,
    #[component(name = "done")]
    Done,
    #[component(name = "gone")]
    Gone,
    #[component(name = "later")]
    Later(Option<u32>),
}

/// The result of a function of the contract.
pub(crate) type Answered<T> = Result<T, Problem>;

/// A response, as both contracts need it.
pub(crate) struct Answering<'a> {
    pub(crate) status: u16,
    pub(crate) headers: &'a [HeaderIn<'a>],
    /// The body as contract 1.0 has it.
    pub(crate) body: ContentIn<'a>,
    /// The body as it came.
    pub(crate) bytes: &'a [u8],
}

impl<'a> Answering<'a> {
    /// Returns the response as contract 1.0 has it.
    pub(crate) const fn current(&self) -> ResponseIn<'a> {
        ResponseIn {
            status: self.status,
            headers: self.headers,
            body: self.body,
        }
    }
}
