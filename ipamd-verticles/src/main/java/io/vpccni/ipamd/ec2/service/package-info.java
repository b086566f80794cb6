/**
 * This package has the verticle that answers the pool on the event bus, and its adapters to the
 * bus.
 */
@NullMarked
package io.vpccni.ipamd.ec2.service;

import org.jspecify.annotations.NullMarked;
