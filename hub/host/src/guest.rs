//! A compiled adapter of either contract, and an instance of it that can be called. Both contracts give the values of contract 1.0,
//! so that only this file and `upcast.rs` know which one an adapter speaks.

use wasmtime::component::{Component, ComponentExportIndex, ComponentNamedList, Instance, InstancePre, Lift, Lower};
use wasmtime::{Engine, Store};

use crate::bindings::{Adapter, AdapterPre};
use crate::file::Contract;
use crate::limits::Meter;
use crate::upcast;
use crate::wire::{Answer, Answered, Answering, DocumentIn, Reading, Request, ResponseIn, Settlement, StepIn};

type Called<T> = wasmtime::Result<Answered<T>>;

/// A compiled adapter.
pub(crate) enum Guest {
    /// Contract 1.0 and its later minor versions.
    Current(Current),
    /// Contract 0.2.
    Old(AdapterPre<Meter>),
}

/// An adapter of contract 1.0, with the places of its functions.
pub(crate) struct Current {
    pre: InstancePre<Meter>,
    read: ComponentExportIndex,
    acknowledge: ComponentExportIndex,
    write: ComponentExportIndex,
    settle: ComponentExportIndex,
    inbox: Option<Inbox>,
}

struct Inbox {
    prepare: ComponentExportIndex,
    interpret: ComponentExportIndex,
}

impl Guest {
    /// Finds the functions of the contract in a linked component.
    pub(crate) fn new(pre: InstancePre<Meter>, contract: &Contract) -> wasmtime::Result<Self> {
        match contract {
            Contract::Old => AdapterPre::new(pre).map(Self::Old),
            Contract::Current { translate, inbox } => Current::new(pre, translate, inbox.as_deref()).map(Self::Current),
        }
    }

    pub(crate) fn engine(&self) -> &Engine {
        match self {
            Self::Current(current) => current.pre.engine(),
            Self::Old(pre) => pre.engine(),
        }
    }

    /// Makes an instance.
    pub(crate) fn instantiate<'g>(&'g self, store: &mut Store<Meter>) -> wasmtime::Result<Live<'g>> {
        match self {
            Self::Current(current) => current.pre.instantiate(store).map(|it| Live::Current(current, it)),
            Self::Old(pre) => pre.instantiate(store).map(Live::Old),
        }
    }
}

impl Current {
    fn new(pre: InstancePre<Meter>, translate: &str, inbox: Option<&str>) -> wasmtime::Result<Self> {
        let component = pre.component().clone();
        let of = |interface: &str| Functions::of(&component, interface);
        let functions = of(translate)?;
        let inbox = inbox.map(of).transpose()?;
        Ok(Self {
            read: functions.named("read")?,
            acknowledge: functions.named("acknowledge")?,
            write: functions.named("write")?,
            settle: functions.named("settle")?,
            inbox: match inbox {
                Some(functions) => Some(Inbox {
                    prepare: functions.named("prepare")?,
                    interpret: functions.named("interpret")?,
                }),
                None => None,
            },
            pre,
        })
    }

    /// Compares the functions' types with the contract's.
    pub(crate) fn check(&self, instance: &Instance, store: &mut Store<Meter>) -> wasmtime::Result<()> {
        instance.get_typed_func::<(DocumentIn<'_>, &str), (Answered<Reading>,)>(&mut *store, &self.read)?;
        instance.get_typed_func::<(&str, &str, &str), (Answered<Option<Request>>,)>(&mut *store, &self.acknowledge)?;
        instance.get_typed_func::<(&str, &str), (Answered<Request>,)>(&mut *store, &self.write)?;
        instance.get_typed_func::<(ResponseIn<'_>, &str), (Answered<Settlement>,)>(&mut *store, &self.settle)?;
        if let Some(inbox) = &self.inbox {
            instance.get_typed_func::<(StepIn<'_>, &str), (Answered<Option<Request>>,)>(&mut *store, &inbox.prepare)?;
            type Interpret<'a> = (StepIn<'a>, ResponseIn<'a>, &'a str);
            instance.get_typed_func::<Interpret<'_>, (Answered<Answer>,)>(&mut *store, &inbox.interpret)?;
        }
        Ok(())
    }
}

/// The functions of an exported interface.
struct Functions<'c> {
    component: &'c Component,
    interface: ComponentExportIndex,
    name: String,
}

impl<'c> Functions<'c> {
    fn of(component: &'c Component, interface: &str) -> wasmtime::Result<Self> {
        let index = component.get_export_index(None, interface);
        let index = index.ok_or_else(|| wasmtime::Error::msg(format!("it does not export `{interface}`")))?;
        Ok(Self {
            component,
            interface: index,
            name: interface.to_owned(),
        })
    }

    fn named(&self, function: &str) -> wasmtime::Result<ComponentExportIndex> {
        let found = self.component.get_export_index(Some(&self.interface), function);
        found.ok_or_else(|| wasmtime::Error::msg(format!("`{}` has no function `{function}`", self.name)))
    }
}

/// An instance, which lives for one call.
pub(crate) enum Live<'g> {
    Current(&'g Current, Instance),
    Old(Adapter),
}

impl Live<'_> {
    /// Compares the types of the functions with the contract's.
    pub(crate) fn check(&self, store: &mut Store<Meter>) -> wasmtime::Result<()> {
        match self {
            Self::Current(current, instance) => current.check(instance, store),
            // Its bindings did so.
            Self::Old(_) => Ok(()),
        }
    }

    /// `bytes` are the document as it came, and `document` the form in which contract 1.0 has it.
    pub(crate) fn read(
        &self,
        store: &mut Store<Meter>,
        (document, bytes): (DocumentIn<'_>, &[u8]),
        context: &str,
    ) -> Called<Reading> {
        match self {
            Self::Current(current, instance) => call(instance, store, &current.read, (document, context)),
            Self::Old(old) => upcast::read(old, store, (document.media_type, bytes), context),
        }
    }

    pub(crate) fn acknowledge(
        &self,
        store: &mut Store<Meter>,
        (outcome, origin): (&str, &str),
        context: &str,
    ) -> Called<Option<Request>> {
        match self {
            Self::Current(current, instance) => call(instance, store, &current.acknowledge, (outcome, origin, context)),
            Self::Old(old) => upcast::acknowledge(old, store, (outcome, origin), context),
        }
    }

    pub(crate) fn write(&self, store: &mut Store<Meter>, message: &str, context: &str) -> Called<Request> {
        match self {
            Self::Current(current, instance) => call(instance, store, &current.write, (message, context)),
            Self::Old(old) => upcast::write(old, store, message, context),
        }
    }

    pub(crate) fn settle(
        &self,
        store: &mut Store<Meter>,
        response: &Answering<'_>,
        context: &str,
    ) -> Called<Settlement> {
        match self {
            Self::Current(current, instance) => call(instance, store, &current.settle, (response.current(), context)),
            Self::Old(old) => upcast::settle(old, store, response, context),
        }
    }

    /// `None` if the adapter has no inbox.
    pub(crate) fn prepare(&self, store: &mut Store<Meter>, step: StepIn<'_>, context: &str) -> Called<Option<Request>> {
        match self {
            Self::Current(current, instance) => match &current.inbox {
                Some(inbox) => call(instance, store, &inbox.prepare, (step, context)),
                None => Ok(Ok(None)),
            },
            Self::Old(old) => upcast::prepare(old, store, step, context),
        }
    }

    pub(crate) fn interpret(
        &self,
        store: &mut Store<Meter>,
        step: StepIn<'_>,
        response: &Answering<'_>,
        context: &str,
    ) -> Called<Answer> {
        match self {
            Self::Current(current, instance) => match &current.inbox {
                Some(inbox) => call(instance, store, &inbox.interpret, (step, response.current(), context)),
                // Nothing was asked, so that nothing is answered.
                None => Ok(Ok(Answer::Done)),
            },
            Self::Old(old) => upcast::interpret(old, store, step, response, context),
        }
    }
}

/// Calls a function with these types. Only its own types are compared, since each call has an instance of its own.
fn call<P, R>(
    instance: &Instance,
    store: &mut Store<Meter>,
    function: &ComponentExportIndex,
    with: P,
) -> wasmtime::Result<R>
where
    P: ComponentNamedList + Lower,
    R: Lift + 'static,
    (R,): ComponentNamedList + Lift,
{
    let function = instance.get_typed_func::<P, (R,)>(&mut *store, function)?;
    let (result,) = function.call(&mut *store, with)?;
    Ok(result)
}
