package io.vpccni.ipamd.config;

/**
 * This is what is switched on.
 *
 * @param customNetworking {@code AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG}: ENIs are made as an ENIConfig
 *     says
 * @param podEni {@code ENABLE_POD_ENI}: security groups for pods
 * @param subnetDiscovery {@code ENABLE_SUBNET_DISCOVERY}
 * @param multiNic {@code ENABLE_MULTI_NIC}: network cards above 0 are managed too
 * @param manageUntagged {@code MANAGE_UNTAGGED_ENI}
 * @param provisioning false with {@code DISABLE_NETWORK_RESOURCE_PROVISIONING} and in IMDS-only
 *     mode
 * @param imdsOnly {@code ENABLE_IMDS_ONLY_MODE}
 * @param leakedEniCleanup whether the hourly sweep runs
 * @param annotatePodIp {@code ANNOTATE_POD_IP}
 */
public record Features(
    boolean customNetworking,
    boolean podEni,
    boolean subnetDiscovery,
    boolean multiNic,
    boolean manageUntagged,
    boolean provisioning,
    boolean imdsOnly,
    boolean leakedEniCleanup,
    boolean annotatePodIp) {}
