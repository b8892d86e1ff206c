//! What routing does with a packet between the hooks.

use std::net::IpAddr;

use fwlint_model::Hook;
use fwlint_packet::Field;

use super::{
    Fate, Leg, Route, Routing, Stop, Walk,
    address::{address, is_local, type_by_route},
};

impl Walk<'_, '_, '_, '_> {
    /// What happens behind a hook.
    pub(super) fn leave(&mut self, hook: Hook) -> Result<(), Fate> {
        if hook == Hook::Postrouting {
            self.confirm();
        }
        if hook != Hook::Prerouting || !self.ruleset().family.is_ip() || self.is_bridged() {
            return Ok(());
        }
        let refused = if self.route.is_from_here() { None } else { self.refused() };
        if let Some(why) = refused.or_else(|| self.count_down()) {
            self.legs.push(Leg { hook, stop: Stop::Routing(why) });
            return Err(Fate::Drop);
        }
        if self.route == Route::Input {
            // A host puts fragments together before it looks at them.
            self.reassemble();
        }
        Ok(())
    }

    pub(super) fn is_bridged(&self) -> bool {
        self.found.get(Field::BRIDGED) == Some(1)
    }

    /// Source: `ip_route_input_slow()` and `ip_mc_validate_source()` of the kernel's `route.c`.
    fn refused(&self) -> Option<Routing> {
        let family = self.ruleset().family;
        let IpAddr::V4(source) = address(family, &self.packet, Field::SRC)? else { return None };
        if source.is_multicast() || source.is_broadcast() {
            return Some(Routing::MartianSource);
        }
        let IpAddr::V4(destination) = address(family, &self.packet, Field::DST)? else { return None };
        let is_for_link = destination.is_broadcast() || destination.octets().starts_with(&[224, 0, 0]);
        if source.is_unspecified() && !is_for_link {
            return Some(Routing::MartianSource);
        }
        (destination.is_loopback() && !self.routes_loopback()).then_some(Routing::MartianDestination)
    }

    /// Whether packets for 127.0.0.0/8 may come in from outside.
    fn routes_loopback(&self) -> bool {
        let setting = self.world.node.and_then(|node| node.setting(b"net.ipv4.conf.all.route_localnet"));
        setting.is_some_and(|(_, setting)| setting.value == b"1")
    }

    /// Source: `ip_forward()` of `ip_forward.c`, `ip6_forward()` of `ip6_output.c`.
    fn count_down(&mut self) -> Option<Routing> {
        if self.route != Route::Forward {
            return None;
        }
        let is_over = if let Some(ttl) = self.packet.get(Field::TTL) {
            self.packet.set(Field::TTL, ttl.saturating_sub(1));
            ttl <= 1
        } else {
            self.choices.decide()
        };
        is_over.then_some(Routing::TimeExceeded)
    }

    /// The destination was translated: `is_here` says whether to this host, where the target itself tells.
    pub(super) fn reroute(&mut self, hook: Hook, is_here: bool) {
        let destination = address(self.ruleset().family, &self.packet, Field::DST);
        let is_here =
            if is_here { Some(true) } else { destination.and_then(|address| is_local(self.world, address)) };
        match (hook, is_here) {
            (Hook::Prerouting, Some(true)) => self.route = Route::Input,
            (Hook::Output, Some(true)) => {
                self.route = Route::Loopback;
                // The chains of OUTPUT still see the old one.
                self.found.set(Field::OUT_DEVICE, self.world.devices.number(b"lo"));
            }
            (Hook::Prerouting, _)
                if self.route == Route::Input && (self.is_assumed || is_here == Some(false)) =>
            {
                self.route = Route::Forward;
                self.found.forget(Field::OUT_DEVICE);
            }
            (Hook::Output, _) if self.route == Route::Loopback => {
                self.route = Route::Output;
                self.found.forget(Field::OUT_DEVICE);
            }
            _ => {}
        }
        let is_for_here = matches!(self.route, Route::Input | Route::Loopback);
        self.packet.set(Field::DST_TYPE, type_by_route(is_for_here));
    }
}
