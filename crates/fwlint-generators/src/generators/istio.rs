//! Istio: the sidecar's chains inside a pod, and those of ambient mode inside
//! pods and on the host.

use crate::generator::{Generator, MANGLE, NAT, RAW, chain};

pub(crate) static GENERATOR: Generator = Generator {
    name: "Istio",
    chains: &[
        chain(NAT, "ISTIO_INBOUND")
            .may_be_uncalled("the call comes when inbound ports are redirected"),
        chain(NAT, "ISTIO_REDIRECT")
            .may_be_uncalled("the call comes when outbound addresses or ports are redirected"),
        chain(NAT, "ISTIO_IN_REDIRECT"),
        chain(NAT, "ISTIO_OUTPUT")
            .may_have_idle_rules("it writes alike rules for the proxy's user and for its group"),
        chain(NAT, "ISTIO_OUTPUT_DNS"),
        chain(RAW, "ISTIO_OUTPUT_DNS"),
        chain(MANGLE, "ISTIO_INBOUND"),
        chain(MANGLE, "ISTIO_OUTPUT"),
        chain(MANGLE, "ISTIO_TPROXY").may_be_empty("fills when inbound traffic is taken by TPROXY"),
        chain(MANGLE, "ISTIO_DIVERT").may_be_empty("fills when inbound traffic is taken by TPROXY"),
        chain(MANGLE, "ISTIO_DROP"),
        // Ambient mode.
        chain(RAW, "ISTIO_PRERT"),
        chain(RAW, "ISTIO_OUTPUT"),
        chain(MANGLE, "ISTIO_PRERT"),
        chain(NAT, "ISTIO_PRERT")
            .may_be_empty("fills when the pod's inbound traffic is redirected")
            .may_have_idle_rules("what devices of virtual machines send is returned once more, behind its redirection"),
        chain(NAT, "ISTIO_POSTRT"),
    ],
};

#[cfg(test)]
mod tests {
    use super::GENERATOR;
    use crate::testing::{leaves, owns};

    #[test]
    fn chains() {
        owns(
            &GENERATOR,
            &[
                ("nat", "ISTIO_INBOUND"),
                ("nat", "ISTIO_REDIRECT"),
                ("mangle", "ISTIO_DIVERT"),
                ("nat", "ISTIO_POSTRT"),
            ],
        );
        leaves(&GENERATOR, &[("mangle", "ISTIO_INBOUND_LOG")]);
    }
}
