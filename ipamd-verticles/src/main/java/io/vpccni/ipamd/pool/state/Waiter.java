package io.vpccni.ipamd.pool.state;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.CallId;
import java.time.Instant;

/** A waiter is an ADD that waits for an address. */
public record Waiter(
    CallId call,
    Attachment attachment,
    PodRef pod,
    Wiring wiring,
    boolean everyCard,
    Instant since,
    Instant deadline) {}
