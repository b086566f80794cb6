package io.vpccni.ipamd.config;

import java.util.List;
import java.util.Map;

/**
 * Lists all settings of the agent, in the order of {@code docs/settings.md}, which is made of this
 * table. Source of names, defaults and outcomes: amazon-vpc-cni-k8s v1.23.1; what it does not have
 * is marked as ours.
 */
final class SettingTable {
  /** Names of older releases that no longer do anything, and what to do instead. */
  static final Map<String, String> RETIRED =
      Map.of(
          "AWS_VPC_K8S_CNI_CONFIGURE_RPFILTER", "is retired: rp_filter is always set as needed",
          "ENABLE_NFTABLES", "is retired: the variant follows from the iptables binary",
          "AWS_VPC_K8S_CNI_VPC_ID", "is retired: the VPC is read from instance metadata");

  private SettingTable() {}

  static List<Section> sections() {
    return List.of(
        AddressTable.SECTION,
        Ec2Table.SECTION,
        NetworkTable.SECTION,
        KubernetesTable.SECTION,
        ConflistTable.SECTION,
        ProcessTable.SECTION,
        SdkTable.SECTION);
  }

  /** Returns the settings of all sections. */
  static List<Setting<?>> all() {
    return sections().stream().<Setting<?>>flatMap(section -> section.settings().stream()).toList();
  }
}
