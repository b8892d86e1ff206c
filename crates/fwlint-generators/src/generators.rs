//! The one list of generators, in alphabetical order. A line here declares the
//! room and registers it.

macro_rules! generators {
    ($($room:ident),* $(,)?) => {
        $(mod $room;)*

        /// Every program known, in the order in which they are reported.
        pub static GENERATORS: &[&crate::Generator] = &[$(&$room::GENERATOR),*];
    };
}

generators! {
    antrea,
    aws_vpc_cni,
    azure_npm,
    calico,
    cilium,
    cni_plugins,
    crowdsec,
    docker,
    fail2ban,
    firehol,
    firewalld,
    flannel,
    ip_masq_agent,
    istio,
    kindnet,
    kube_proxy,
    kube_router,
    kubelet,
    kubevirt,
    libvirt,
    linkerd,
    miniupnpd,
    netbird,
    neutron,
    nixos,
    openshift_sdn,
    openwrt_fw3,
    ovn_kubernetes,
    podman_netavark,
    proxmox,
    shorewall,
    sshguard,
    tailscale,
    ufw,
    ufw_docker,
    weave,
}

#[cfg(test)]
mod tests {
    use super::GENERATORS;
    use crate::{OwnedChain, owner_of};

    fn families() -> impl Iterator<Item = (&'static str, &'static OwnedChain)> {
        GENERATORS.iter().flat_map(|generator| generator.chains.iter().map(|chain| (generator.name, chain)))
    }

    fn tables_of(chain: &OwnedChain) -> &'static [&'static str] {
        if chain.tables.is_empty() { &["filter", "nat", "mangle", "raw", "security"] } else { chain.tables }
    }

    #[test]
    fn names_are_distinct() {
        let mut names: Vec<_> = GENERATORS.iter().map(|generator| generator.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), GENERATORS.len());
    }

    /// On equal terms, that is: `KUBE-MARK-MASQ` is kubelet's, and kube-proxy's
    /// where kube-proxy is.
    #[test]
    fn every_pattern_belongs_to_one_generator() {
        for (name, chain) in families() {
            for (other_name, other) in families() {
                let alike = |name: &&str| other.beside.contains(name);
                let same = chain.pattern == other.pattern
                    && (chain.beside == other.beside || chain.beside.iter().any(alike))
                    && tables_of(chain).iter().any(|table| other.is_in(table));
                assert!(
                    !same || name == other_name,
                    "{} is claimed by {name} and {other_name}",
                    chain.pattern
                );
            }
        }
    }

    /// A family of one program that swallowed another's would make this fail.
    #[test]
    fn every_name_of_a_pattern_is_owned_by_its_generator() {
        for (name, chain) in families() {
            let example = chain.pattern.replace('*', "x0");
            for table in tables_of(chain) {
                let owner = owner_of(table, &example, |other| chain.beside.contains(&other));
                let owner = owner.map(|owner| (owner.generator.name, owner.chain.pattern));
                assert_eq!(owner, Some((name, chain.pattern)), "{example} in {table}");
            }
        }
    }

    #[test]
    fn every_pattern_begins_with_text_of_its_own() {
        for (name, chain) in families() {
            let text = crate::pattern::prefix(chain.pattern);
            let enough = if chain.beside.is_empty() { 4 } else { 2 };
            // `I-*-mac` and the like of libvirt: tight by what they end with.
            let by_its_end = chain.pattern.len() >= 7 && !chain.pattern.ends_with('*');
            assert!(
                text.len() >= enough || (text.len() >= 2 && by_its_end),
                "{} of {name} is too loose",
                chain.pattern
            );
        }
    }

    #[test]
    fn what_must_stand_beside_a_chain_is_unmistakable() {
        for generator in GENERATORS {
            for chain in generator.chains {
                let anchored = chain.beside.is_empty()
                    || tables_of(chain).iter().all(|table| {
                        chain.beside.iter().any(|name| {
                            generator.chains.iter().any(|anchor| {
                                anchor.pattern == *name && anchor.beside.is_empty() && anchor.is_in(table)
                            })
                        })
                    });
                assert!(anchored, "{} of {}", chain.pattern, generator.name);
            }
        }
    }

    #[test]
    fn reasons_are_clauses() {
        for (_, chain) in families() {
            for reason in [chain.when_empty, chain.uncalled, chain.idle_rules].into_iter().flatten() {
                assert!(!reason.ends_with('.'), "{reason}");
                assert!(reason.starts_with(char::is_alphanumeric), "{reason}");
            }
        }
    }

    #[test]
    fn no_generator_is_without_chains_and_none_claims_a_built_in() {
        for generator in GENERATORS {
            assert!(!generator.chains.is_empty(), "{}", generator.name);
        }
        for chain in ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING", "BROUTING"] {
            for table in ["filter", "nat", "mangle", "raw", "security", "broute"] {
                assert!(owner_of(table, chain, |_| true).is_none(), "{table} {chain}");
            }
        }
    }
}
