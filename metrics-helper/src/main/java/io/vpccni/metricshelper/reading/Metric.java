package io.vpccni.metricshelper.reading;

/**
 * Lists the metrics of the agents that are added up, with the names that they have in CloudWatch.
 * Source of both names and of the order: amazon-vpc-cni-k8s v1.23.1.
 */
public enum Metric {
  ASSIGNED_ADDRESSES("awscni_assigned_ip_addresses", "assignIPAddresses", Kind.GAUGE),
  TOTAL_ADDRESSES("awscni_total_ip_addresses", "totalIPAddresses", Kind.GAUGE),
  IPV4_PREFIXES("awscni_total_ipv4_prefixes", "totalIPv4Prefixes", Kind.GAUGE),
  ASSIGNED_PER_CIDR("awscni_assigned_ip_per_cidr", "totalAssignedIPv4sPerCidr", Kind.GAUGE),
  ENIS("awscni_eni_allocated", "eniAllocated", Kind.GAUGE),
  MOST_ENIS("awscni_eni_max", "eniMaxAvailable", Kind.GAUGE),
  MOST_ADDRESSES("awscni_ip_max", "maxIPAddresses", Kind.GAUGE),
  ACTIONS_IN_PROGRESS("awscni_ipamd_action_inprogress", "ipamdActionInProgress", Kind.GAUGE),
  AWS_LATENCY("awscni_aws_api_latency_ms", "awsAPILatency", Kind.LATENCY),
  AWS_ERRORS("awscni_aws_api_error_count", "awsAPIErr", Kind.COUNTER),
  AWS_UTILITY_ERRORS("awscni_aws_utils_error_count", "awsUtilErr", Kind.COUNTER),
  AGENT_ERRORS("awscni_ipamd_error_count", "ipamdErr", Kind.COUNTER),
  FORCE_REMOVED_ENIS("awscni_force_removed_enis", "forceRemoveENI", Kind.COUNTER),
  FORCE_REMOVED_ADDRESSES("awscni_force_removed_ips", "forceRemoveIPs", Kind.COUNTER),
  RECONCILIATIONS("awscni_reconcile_count", "reconcileCount", Kind.COUNTER),
  ADD_REQUESTS("awscni_add_ip_req_count", "addReqCount", Kind.COUNTER),
  DEL_REQUESTS("awscni_del_ip_req_count", "delReqCount", Kind.COUNTER),
  POD_ENI_ERRORS("awscni_pod_eni_error_count", "podENIErr", Kind.COUNTER),
  EC2_REQUESTS("awscni_ec2api_req_count", "ec2ApiReqCount", Kind.COUNTER),
  EC2_ERRORS("awscni_ec2api_error_count", "ec2ApiErrCount", Kind.COUNTER);

  /** Says how the values of the agents become one. */
  public enum Kind {
    /** The values of all agents are added. */
    GAUGE,
    /** The increases of all agents since the poll before are added. */
    COUNTER,
    /** The slowest agent's latency counts, in milliseconds. */
    LATENCY
  }

  private final String source;
  private final String cloudWatchName;
  private final Kind kind;

  Metric(String source, String cloudWatchName, Kind kind) {
    this.source = source;
    this.cloudWatchName = cloudWatchName;
    this.kind = kind;
  }

  /** Returns the name of the family on the page of an agent. */
  public String source() {
    return source;
  }

  public String cloudWatchName() {
    return cloudWatchName;
  }

  public Kind kind() {
    return kind;
  }
}
