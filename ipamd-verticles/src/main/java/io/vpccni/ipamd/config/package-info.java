/** All settings, parsed once; nothing else reads the environment. Pure. */
@NullMarked
package io.vpccni.ipamd.config;

import org.jspecify.annotations.NullMarked;
