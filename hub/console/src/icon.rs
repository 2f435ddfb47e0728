//! Icons of the sprite.

use std::fmt;

use askama::filters::HtmlSafe;

use crate::assets;

macro_rules! icons {
    ($($name:ident)*) => {
        /// An icon of the sprite. Printed, it is an element that screen readers pass over.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Icon {
            $(#[doc = concat!("The icon `", stringify!($name), "`.")] $name,)*
        }

        impl Icon {
            /// Every icon.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Returns the name in the icon set.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }
        }
    };
}

icons! {
    ArrowCirclepath ArrowDown ArrowRight ArrowUndo ArrowUp Bell Briefcase Buildings2 Buildings3 Calendar Chat
    ChatExclamationmark Checkmark CheckmarkCircle ChevronLeft ChevronRight CircleBroken CircleSlash Clock ClockDashed Cog
    Component Download ExclamationmarkTriangle ExternalLink EyeSlash FileSearch FileText Files Funnel Hourglass Inbox
    InboxDown InformationSquare KeyHorizontal Leave Link LinkBroken MagnifyingGlass MenuHamburger PadlockLocked
    Paperplane Paragraph Pause Pencil PencilLine Person PersonCheckmark PersonGroup PersonPencil Phone Play Plus
    PrinterLarge PuzzlePiece Receipt ShieldCheckmark ShieldLock Tasklist Trash XMark XMarkOctagon
}

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sprite = assets::path("icons.svg");
        write!(
            f,
            r##"<svg class="ico" aria-hidden="true" focusable="false"><use href="{sprite}#{}"/></svg>"##,
            self.name()
        )
    }
}

impl HtmlSafe for Icon {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_is_in_the_sprite_and_no_other() {
        let sprite = assets::source("icons.svg").unwrap();
        let sprite = std::str::from_utf8(sprite).unwrap();
        for icon in Icon::ALL {
            assert!(sprite.contains(&format!("<symbol id=\"{}\"", icon.name())), "{icon:?}");
        }
        assert_eq!(sprite.matches("<symbol").count(), Icon::ALL.len());
    }
}
