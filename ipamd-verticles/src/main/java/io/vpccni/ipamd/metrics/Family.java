package io.vpccni.ipamd.metrics;

import io.vpccni.ipamd.metrics.Exposition.Kind;
import java.util.List;

/**
 * Lists the metric families that the agent writes itself: name, type, labels and meaning. {@code
 * docs/metrics.md} is made of this table. The names of the reference's families are older than
 * Prometheus' rules for names, and stay as they are.
 */
@SuppressWarnings("ImmutableEnumChecker") // List.of never changes
enum Family {
  ADD_REQUESTS(Origin.REFERENCE, "awscni_add_ip_req_count", Kind.COUNTER, "ADD calls"),
  DEL_REQUESTS(
      Origin.REFERENCE, "awscni_del_ip_req_count", Kind.COUNTER, "DEL calls, by cause", "reason"),
  NO_ADDRESS(
      Origin.REFERENCE,
      "awscni_no_available_ip_addresses",
      Kind.COUNTER,
      "ADD calls that failed because no address was free"),
  RECONCILED(
      Origin.REFERENCE,
      "awscni_reconcile_count",
      Kind.COUNTER,
      "ENIs and addresses that comparing the pool with EC2 and IMDS has found or missed",
      "fn"),
  ERRORS(
      Origin.REFERENCE,
      "awscni_ipamd_error_count",
      Kind.COUNTER,
      "Requests of the pool that failed",
      "fn"),
  POD_ENI_ERRORS(
      Origin.REFERENCE,
      "awscni_pod_eni_error_count",
      Kind.COUNTER,
      "Failed attempts to tell the VPC resource controller what this node needs",
      "fn"),
  FORCE_REMOVED_ENIS(
      Origin.REFERENCE,
      "awscni_force_removed_enis",
      Kind.COUNTER,
      "ENIs that were detached by somebody else while pods used their addresses"),
  FORCE_REMOVED_IPS(
      Origin.REFERENCE,
      "awscni_force_removed_ips",
      Kind.COUNTER,
      "Addresses that were unassigned by somebody else while pods used them"),
  CONNMARK_RECONCILES(
      Origin.REFERENCE,
      "awscni_connmark_reconcile_total",
      Kind.COUNTER,
      "Set-ups of the host's rules, of which the connection marks are a part, by result",
      "result"),
  CONNMARK_BACKEND(
      Origin.REFERENCE,
      "awscni_connmark_backend",
      Kind.GAUGE,
      "The firewall that keeps the connection marks: always 1",
      "backend"),
  ACTIONS(
      Origin.REFERENCE,
      "awscni_ipamd_action_inprogress",
      Kind.GAUGE,
      "Whether the agent is doing this now; nodeIPPoolReconcile takes no time here and stays 0",
      "fn"),
  ENIS(
      Origin.REFERENCE,
      "awscni_eni_allocated",
      Kind.GAUGE,
      "ENIs in the pool, of all network cards"),
  ENIS_MOST(
      Origin.REFERENCE,
      "awscni_eni_max",
      Kind.GAUGE,
      "ENIs that the pool may have, of all network cards"),
  ADDRESSES_MOST(
      Origin.REFERENCE,
      "awscni_ip_max",
      Kind.GAUGE,
      "Addresses that all these ENIs may have; 0 on IPv6 nodes, where nothing limits them"),
  ADDRESSES(
      Origin.REFERENCE,
      "awscni_total_ip_addresses",
      Kind.GAUGE,
      "Addresses that pods have or may get"),
  ASSIGNED(
      Origin.REFERENCE, "awscni_assigned_ip_addresses", Kind.GAUGE, "Addresses that pods have"),
  PREFIXES(
      Origin.REFERENCE,
      "awscni_total_ipv4_prefixes",
      Kind.GAUGE,
      "IPv4 prefixes (/28) in the pool"),
  ASSIGNED_BY_CIDR(
      Origin.REFERENCE,
      "awscni_assigned_ip_per_cidr",
      Kind.GAUGE,
      "Addresses of an address or prefix of the pool that pods have",
      "cidr"),
  ASSIGNED_BY_ENI(
      Origin.REFERENCE,
      "awscni_assigned_ip_per_eni",
      Kind.GAUGE,
      "Addresses of an ENI that pods have",
      "eni"),
  EC2_LATENCY(
      Origin.REFERENCE,
      "awscni_aws_api_latency_ms",
      Kind.SUMMARY,
      "Latency of requests to EC2 in milliseconds",
      "api",
      "error",
      "status"),
  API_ERRORS(
      Origin.REFERENCE,
      "awscni_aws_api_error_count",
      Kind.COUNTER,
      "Requests that EC2 or IMDS refused, by error code",
      "api",
      "error"),
  STEP_ERRORS(
      Origin.REFERENCE,
      "awscni_aws_utils_error_count",
      Kind.COUNTER,
      "Refused steps of an ENI's life that nobody waits for",
      "error",
      "fn"),
  EC2_REQUESTS(Origin.REFERENCE, "awscni_ec2api_req_count", Kind.COUNTER, "Requests to EC2", "fn"),
  EC2_FAILURES(
      Origin.REFERENCE,
      "awscni_ec2api_error_count",
      Kind.COUNTER,
      "Requests to EC2 that failed, with or without an answer",
      "fn"),
  STARTUP(
      Origin.REFERENCE,
      "awscni_ipamd_startup_duration_seconds",
      Kind.HISTOGRAM,
      "Time from the start of the process until its sockets were open",
      "failure_reason",
      "success",
      "with_api_server"),
  INITIALIZATION(
      Origin.REFERENCE,
      "awscni_ipamd_node_initialization_duration_seconds",
      Kind.HISTOGRAM,
      "Time from the start of the process until the host was set up for pods",
      "success"),
  BUILD(
      Origin.REFERENCE,
      "awscni_build_info",
      Kind.GAUGE,
      "The version that runs, and the Java release: always 1",
      "goversion",
      "version"),

  FREE(Origin.OURS, "awscni_free_ip_addresses", Kind.GAUGE, "Addresses that pods may get now"),
  COOLING(
      Origin.OURS,
      "awscni_cooling_ip_addresses",
      Kind.GAUGE,
      "Addresses that rest after their pod has gone"),
  QUARANTINED(
      Origin.OURS,
      "awscni_quarantined_ip_addresses",
      Kind.GAUGE,
      "Addresses that a link uses though the pool has given them to nobody"),
  WAITING(Origin.OURS, "awscni_waiting_adds", Kind.GAUGE, "ADD calls that wait for an address now"),
  SUBNET_ADDRESSES(
      Origin.OURS,
      "awscni_subnet_ip_addresses",
      Kind.GAUGE,
      "Addresses of the pool by subnet and state: assigned, cooling, free or quarantined",
      "state",
      "subnet"),
  SUBNET_ENIS(
      Origin.OURS, "awscni_subnet_enis", Kind.GAUGE, "ENIs of the pool by subnet", "subnet"),
  RECLAIMS(
      Origin.OURS,
      "awscni_reclaims_total",
      Kind.COUNTER,
      "What was given back to EC2: kind is cidr (an address or a prefix) or eni",
      "kind"),
  CONDITION(
      Origin.OURS,
      "awscni_condition",
      Kind.GAUGE,
      "Named conditions that are in force, and what each is about: always 1",
      "name",
      "subject"),
  REPAIRS(
      Origin.OURS,
      "awscni_repaired_total",
      Kind.COUNTER,
      "Kernel objects that were put back after somebody else's change",
      "kind"),
  PHASES(
      Origin.OURS,
      "awscni_cni_phase_duration_seconds",
      Kind.HISTOGRAM,
      "Time that the parts of CNI calls took",
      "phase"),
  EC2_SECONDS(
      Origin.OURS,
      "awscni_ec2_call_duration_seconds",
      Kind.HISTOGRAM,
      "Latency of single requests to EC2",
      "api",
      "outcome"),
  IMDS_SECONDS(
      Origin.OURS,
      "awscni_imds_read_duration_seconds",
      Kind.HISTOGRAM,
      "Latency of reads of one IMDS key",
      "outcome"),
  LIMITER_SECONDS(
      Origin.OURS,
      "awscni_ec2_limiter_wait_seconds",
      Kind.HISTOGRAM,
      "Time that requests to EC2 waited for our own request budget",
      "api"),

  CPU(Origin.PROCESS, "process_cpu_seconds_total", Kind.COUNTER, "CPU time used, in seconds"),
  STARTED(
      Origin.PROCESS,
      "process_start_time_seconds",
      Kind.GAUGE,
      "Start of the process, in seconds since 1970"),
  HEAP(Origin.PROCESS, "jvm_memory_used_bytes", Kind.GAUGE, "Heap in use"),
  RESIDENT(Origin.PROCESS, "process_resident_memory_bytes", Kind.GAUGE, "Resident memory"),
  DESCRIPTORS(Origin.PROCESS, "process_open_fds", Kind.GAUGE, "Open file descriptors");

  /** Tells whose name a family has. */
  enum Origin {
    REFERENCE,
    OURS,
    /** Every Prometheus client uses these names. */
    PROCESS
  }

  private final Origin origin;
  private final String text;
  private final Kind kind;
  private final String help;
  private final List<String> labels;

  Family(Origin origin, String text, Kind kind, String help, String... labels) {
    this.origin = origin;
    this.text = text;
    this.kind = kind;
    this.help = help;
    this.labels = List.of(labels);
  }

  Origin origin() {
    return origin;
  }

  /** Returns its name on the page. */
  String text() {
    return text;
  }

  Kind kind() {
    return kind;
  }

  String help() {
    return help;
  }

  /** Returns the names of its labels in alphabetical order. */
  List<String> labels() {
    return labels;
  }
}
