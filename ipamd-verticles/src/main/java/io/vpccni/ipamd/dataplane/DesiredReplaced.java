package io.vpccni.ipamd.dataplane;

import io.vpccni.ipamd.bus.BusMessage;

/**
 * The desired state is another one than net-programmer was told, by more than single changes: it
 * has to be read anew and sent as a whole.
 */
public record DesiredReplaced() implements BusMessage {}
