# Guards one change to FRR on the router itself, so that the way back does not depend on us.
#
# One detached process, the guard, makes the change, waits for a decision, and takes the change back
# if none comes. It alone decides; a client leaves a request and looks what becomes of it. So a
# decision and the end of the time cannot both happen, and an answer that was lost can be had again.
#
#   begin ID HOLD BY   take the lock, save the running configuration and print it, start the guard
#   load ID SIZE       take SIZE bytes of configuration from standard input, have vtysh read them
#   go ID SECONDS      make the change; from then on there is so much time to confirm it
#   confirm|rollback|drop ID
#   status ID          what became of it
#   watch ID           the same, once it is no longer being made
#
# The lock is a folder in /tmp: /run is not for every login, and what a user leaves in /dev/shm goes
# when the session ends. A folder of an earlier boot is no lock: FRR has then read what was saved
# (write memory), and the change, which was not, is gone.
#
# Time is what the kernel was up: setting the clock makes no window longer or shorter.

umask 077
LC_ALL=C
export LC_ALL
PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin
lock=/tmp/routeproof-change
verb=$1
id=$2
outcome=/tmp/routeproof-outcome-$id

vty() {
    case $way in
    sudo) sudo -n vtysh "$@" ;;
    *) vtysh "$@" ;;
    esac
}

uptime_now() {
    if read -r up _ 2>/dev/null </proc/uptime; then
        echo "${up%%.*}"
    else
        date +%s
    fi
}

boot_now() { cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo none; }
nap() { sleep 0.2 2>/dev/null || sleep 1; }
put() { cat >"$lock/$1.new" && mv "$lock/$1.new" "$lock/$1"; }
way=$(cat "$lock/way" 2>/dev/null)

find_way() {
    if vtysh -c 'show version' >/dev/null 2>&1; then
        way=direct
    elif sudo -n vtysh -c 'show version' >/dev/null 2>&1; then
        way=sudo
    else
        return 1
    fi
}

# The running configuration, or failure: half of it must not be taken for the whole.
running() {
    text=$(vty -c 'show running-config' 2>/dev/null) || return 1
    printf '%s\n' "$text" | grep -q '^end' && printf '%s\n' "$text"
}

# One line for each line of configuration, its headers before it.
flatten() {
    awk '{ sub(/[ \t\r]+$/, "") }
        /^ *(!|end$|exit$|exit-)/ || /^$/ || /^(Building|Current) configuration/ { next }
        { match($0, /^ */); n = RLENGTH; line = substr($0, n + 1)
          while (d > 0 && indent[d] >= n) d--
          path = ""; for (i = 1; i <= d; i++) path = path text[i] "\034"
          print path line
          d++; indent[d] = n; text[d] = line }'
}

# What stands in the second file and not in the first, after a sign; no secret.
added() {
    awk -v sign="$3" 'FILENAME == ARGV[1] { seen[$0] = 1; next }
        !($0 in seen) { gsub(/\034/, " / "); sub(/password .*/, "password (not shown)")
                        print sign " " $0 }' "$1" "$2"
}

changes() { # LABEL FROM TO
    { added "$3" "$2" "-"; added "$2" "$3" "+"; } | sed "s/^/$1 /"
}

# BEFORE AFTER NOW: what it should be without the change; what others did stays.
target() {
    awk 'FILENAME == ARGV[1] { before[$0] = 1; order[++b] = $0; next }
        FILENAME == ARGV[2] { after[$0] = 1; next }
        { now[$0] = 1; also[++n] = $0 }
        END {
            for (i = 1; i <= b; i++) { k = order[i]
                if ((k in now) || !(k in after)) { print k; done[k] = 1 } }
            for (i = 1; i <= n; i++) { k = also[i]
                if (!(k in done) && ((k in before) || !(k in after))) print k } }' "$1" "$2" "$3"
}

# NOW TARGET PASS: the commands from one to the other. Some lines cannot be taken back as they
# stand; the third pass leaves their values out, the fourth writes the whole route map entry anew.
steps() {
    awk -v pass="$3" '
        function leaf(k) { sub(/.*\034/, "", k); return k }
        function above(k) { return k ~ /\034/ ? substr(k, 1, length(k) - length(leaf(k)) - 1) : "" }
        function whole(k) { return leaf(k) !~ /^address-family / }
        function negated(l,   w, n, i, out) {
            if (l ~ /^no /) return substr(l, 4)
            if (pass >= 3 && l ~ /^(set|match) /) {
                n = split(l, w, " "); while (n > 2 && w[n] !~ /^[a-z]/) n--
                out = w[1]; for (i = 2; i <= n; i++) out = out " " w[i]
                return "no " out }
            return "no " l }
        function goes_with(k,   p) {
            for (p = above(k); p != ""; p = above(p)) if (!(p in want) && whole(p)) return 1
            return 0 }
        function emit(p, l,   w, n, i, same) {
            n = p == "" ? 0 : split(p, w, "\034")
            for (same = 0; same < n && same < deep && w[same + 1] == where[same + 1]; same++);
            for (; deep > same; deep--) print "exit"
            for (; deep < n; deep++) { where[deep + 1] = w[deep + 1]; print w[deep + 1] }
            print l }
        FILENAME == ARGV[1] { now[$0] = 1; have[++h] = $0; next }
        { want[$0] = 1; wish[++v] = $0 }
        END {
            for (i = h; i >= 1; i--) { k = have[i]
                if ((k in want) || goes_with(k) || !whole(k)) continue
                p = above(k)
                if (pass >= 4 && p ~ /^route-map /) {
                    if (!(p in anew)) emit(above(p), "no " leaf(p))
                    anew[p] = 1
                } else emit(p, negated(leaf(k))) }
            for (i = 1; i <= v; i++) { k = wish[i]
                if (!(k in now)) for (p = above(k); p != ""; p = above(p)) opened[p] = 1 }
            for (i = 1; i <= v; i++) { k = wish[i]
                if (!(k in now) && !(k in opened)) emit(above(k), leaf(k)) }
            for (; deep > 0; deep--) print "exit" }' "$1" "$2"
}

daemons() { vty -c 'show daemons' 2>/dev/null | tr -s ' ' '\n' | grep . | sort; }
# What the router would read at its next start, as far as this login may see it.
saved() { { vty -c 'show startup-config'; cat /etc/frr/*.conf; } 2>/dev/null | cksum; }

# Takes the change back and looks whether that is so.
undo() {
    running | flatten | put now.flat
    [ -s "$lock/now.flat" ] || return 1
    [ -e "$lock/after.flat" ] || cp "$lock/now.flat" "$lock/after.flat"
    changes others "$lock/after.flat" "$lock/now.flat" >>"$lock/facts"
    target "$lock/before.flat" "$lock/after.flat" "$lock/now.flat" | put target.flat
    pass=0
    while :; do
        pass=$((pass + 1))
        steps "$lock/now.flat" "$lock/target.flat" $pass | put undo.conf
        if ! [ -s "$lock/undo.conf" ]; then
            # A daemon that is gone shows nothing, and so misses nothing.
            [ "$(daemons)" = "$(cat "$lock/daemons")" ]
            return
        fi
        [ $pass -le 6 ] || return 1
        vty -f "$lock/undo.conf" >>"$lock/undo.out" 2>&1
        running | flatten | put now.flat
        [ -s "$lock/now.flat" ] || return 1
    done
}

state_is() { # STATE [MESSAGE]
    {
        echo "state $1"
        [ $# -lt 2 ] || printf '%s\n' "$2" | sed 's/^/message /'
        cat "$lock/facts" 2>/dev/null
    } | put state
}

fact() { printf '%s\n' "$1" >>"$lock/facts"; }

# The end: what became of it stays to be asked for, the lock and what was saved go.
finish() {
    state_is "$@"
    cp "$lock/state" "$outcome.new" && mv "$outcome.new" "$outcome"
    mv "$lock" "$lock.$id" && rm -rf "$lock.$id"
    exit 0
}

take_back() { # WHY
    if undo; then
        if [ "$(saved)" != "$(cat "$lock/saved")" ]; then
            # Somebody saved the change while it was pending: it would be back after a restart.
            vty -c 'write memory' >/dev/null 2>&1
            fact 'note the configuration was saved while the change was pending; saved again without it'
        fi
        finish "${2:-rolledback}" "$1"
    fi
    changes missing "$lock/now.flat" "$lock/target.flat" >>"$lock/facts"
    state_is broken "$1; taking it back failed: $(tail -n 1 "$lock/undo.out" 2>/dev/null)"
    # The lock stays, and so does what was saved: people are needed.
    exit 1
}

apply() {
    [ -e "$lock/change.conf" ] || finish refused 'there is nothing to change'
    [ "$(daemons)" = "$(cat "$lock/daemons")" ] ||
        finish refused 'other daemons of FRR run than when the change was staged'
    running | flatten | put now.flat
    if ! cmp -s "$lock/before.flat" "$lock/now.flat"; then
        changes others "$lock/before.flat" "$lock/now.flat" >>"$lock/facts"
        finish refused 'the running configuration is no longer what it was when the change was staged'
    fi
    saved >"$lock/saved"
    echo $(($(uptime_now) + $1)) | put deadline
    state_is applying
    vty -f "$lock/change.conf" >"$lock/apply.out" 2>&1
    code=$?
    running | flatten | put after.flat
    [ -s "$lock/after.flat" ] || rm -f "$lock/after.flat"
    if [ $code -ne 0 ]; then
        take_back "$(grep . "$lock/apply.out" | head -n 20)" rejected
    fi
    grep . "$lock/apply.out" | head -n 20 | sed 's/^/note /' >>"$lock/facts"
    changes did "$lock/before.flat" "$lock/after.flat" >>"$lock/facts"
    state_is pending
}

keep() {
    running | flatten | put now.flat
    lost=$(awk 'function show(sign, k) {
            gsub(/\034/, " / ", k); sub(/password .*/, "password (not shown)", k)
            print "lost " sign " " k }
        FILENAME == ARGV[1] { now[$0] = 1; next }
        FILENAME == ARGV[2] { before[$0] = 1; if ($0 in now) still[$0] = 1; next }
        { after[$0] = 1; if (!($0 in before) && !($0 in now)) show("+", $0) }
        END { for (k in still) if (!(k in after)) show("-", k) }' \
        "$lock/now.flat" "$lock/before.flat" "$lock/after.flat")
    if [ -n "$lost" ]; then
        rm -f "$lock/confirm"
        state_is pending 'not confirmed: the router no longer holds the change'
        printf '%s\n' "$lost" | put refused
        return
    fi
    changes others "$lock/after.flat" "$lock/now.flat" >>"$lock/facts"
    if ! said=$(vty -c 'write memory' 2>&1); then
        fact "note in force, but not saved: $(printf '%s' "$said" | tail -n 1)"
    fi
    finish confirmed
}

guard() {
    # The login that started us may end; who wants to end us has the change taken back.
    trap '' HUP
    stop=
    trap 'stop=1' TERM INT
    echo $$ >"$lock/pid"
    case $(sed -n 's/^state //p' "$lock/state" 2>/dev/null) in
    pending) ;;
    applying) take_back 'the guard died while the change was being made' ;;
    *)
        limit=$(($(uptime_now) + $(cat "$lock/hold")))
        state_is staged
        until [ -e "$lock/go" ]; do
            [ -z "$stop" ] || finish dropped 'the guard on the router was told to end'
            [ ! -e "$lock/drop" ] || finish dropped
            [ "$(uptime_now)" -lt $limit ] || finish dropped 'nobody came back to commit it'
            nap
        done
        apply "$(cat "$lock/go")"
        ;;
    esac
    while :; do
        [ ! -e "$lock/confirm" ] || keep
        [ ! -e "$lock/rollback" ] || take_back 'rolled back on request'
        [ -z "$stop" ] || take_back 'the guard on the router was told to end, and rolled back first'
        [ "$(uptime_now)" -lt "$(cat "$lock/deadline")" ] ||
            take_back 'not confirmed in time: rolled back by the timer on the router'
        nap
    done
}

alive() {
    pid=$(cat "$lock/pid" 2>/dev/null) && [ -n "$pid" ] &&
        tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q "guard $(cat "$lock/id")"
}

detach() {
    if command -v setsid >/dev/null; then
        setsid sh "$lock/guard.sh" guard "$id" </dev/null >/dev/null 2>&1 &
    else
        nohup sh "$lock/guard.sh" guard "$id" </dev/null >/dev/null 2>&1 &
    fi
}

ours() { [ -O "$lock" ] && [ ! -h "$lock" ] && [ "$(cat "$lock/id" 2>/dev/null)" = "$id" ]; }

status() {
    if ours && [ "$(cat "$lock/boot")" = "$(boot_now)" ]; then
        # Who was told to go, and has not begun, will: that is no "not in force".
        sed "$([ ! -e "$lock/go" ] || echo 's/^state staged$/state applying/')" "$lock/state"
        cat "$lock/refused" 2>/dev/null
        [ ! -e "$lock/deadline" ] ||
            echo "remaining $(($(cat "$lock/deadline") - $(uptime_now)))"
        alive || echo "guard dead"
    elif [ -O "$outcome" ] && [ ! -h "$outcome" ]; then
        cat "$outcome"
    else
        echo "state unknown"
        find_way && echo "base $(running | flatten | cksum | tr ' ' -)"
    fi
    echo "boot $(boot_now)"
}

# Waits until the guard has done what was asked for.
wait_while() {
    turns=0
    while ours && [ ! -e "$lock/refused" ] && [ $turns -lt 600 ]; do
        now=$(sed -n 's/^state //p' "$lock/state")
        case " $1 " in *" $now "*) ;; *) break ;; esac
        alive || break
        turns=$((turns + 1))
        nap
    done
    status
}

request() { # NAME VALUE WHILE
    if ours; then
        rm -f "$lock/refused"
        if [ "$1" = go ] && ! alive; then
            # It must live without a login, or it is no timer.
            mv "$lock" "$lock.$id" && rm -rf "$lock.$id"
            echo "state failed"
            echo "message the guard did not survive the end of the login that started it" \
                "(KillUserProcesses? loginctl enable-linger $(id -un))"
            return
        fi
        # A guard that is dead is no timer: another one takes over, and finds the time that is left.
        if ! alive && mkdir "$lock/after-$(cat "$lock/pid")" 2>/dev/null; then
            detach
            turns=0
            until alive || [ $turns -ge 50 ]; do turns=$((turns + 1)); nap; done
        fi
        printf '%s\n' "$2" | put "$1"
    fi
    wait_while "$3"
}

begin() {
    if [ -d "$lock" ] && [ -O "$lock" ]; then
        then=$(cat "$lock/boot" 2>/dev/null)
        state=$(sed -n 's/^state //p' "$lock/state" 2>/dev/null)
        if { [ -n "$then" ] && [ "$then" != "$(boot_now)" ]; } ||
            { [ "$state" = staged ] && ! alive; } ||
            { [ -z "$state" ] && [ -n "$(find "$lock" -maxdepth 0 -mmin +1)" ]; }; then
            mv "$lock" "$lock.$id.old" && rm -rf "$lock.$id.old"
        fi
    fi
    if ! mkdir "$lock" 2>/dev/null; then
        echo "state busy"
        if [ -r "$lock/owner" ]; then
            sed 's/^/message /' "$lock/owner"
            sed -n 's/^state /message state: /p' "$lock/state" 2>/dev/null
            alive || echo "message its guard on the router is dead"
        else
            echo "message $lock belongs to $(ls -ld "$lock" | awk '{ print $3 }')"
        fi
        return
    fi
    chmod 711 "$lock"
    find /tmp -maxdepth 1 -user "$(id -un)" -name 'routeproof-outcome-*' -mtime +1 \
        -exec rm -f {} + 2>/dev/null
    if ! find_way; then
        rm -rf "$lock"
        echo "state failed"
        echo "message there is no vtysh for this login; make it a member of the group frrvty," \
            "or let it run 'sudo -n vtysh'"
        return
    fi
    echo $way >"$lock/way"
    echo "$1" >"$lock/hold"
    echo "$id" >"$lock/id"
    boot_now >"$lock/boot"
    printf '%s, since %s (change %s)\n' "$2" "$(date '+%Y-%m-%d %H:%M:%S %Z')" "$id" >"$lock/owner"
    chmod 644 "$lock/owner"
    printf '%s\n' "$script" >"$lock/guard.sh"
    daemons >"$lock/daemons"
    if ! said=$(running); then
        rm -rf "$lock"
        echo "state failed"
        echo "message vtysh does not show its running configuration"
        return
    fi
    printf '%s\n' "$said" | flatten >"$lock/before.flat"
    detach
    turns=0
    until [ -e "$lock/state" ] || [ $turns -ge 100 ]; do turns=$((turns + 1)); nap; done
    status
    echo "base $(cksum <"$lock/before.flat" | tr ' ' -)"
    echo running
    printf '%s\n' "$said"
}

load() {
    if ! ours; then
        status
        return
    fi
    dd bs="$1" count=1 iflag=fullblock of="$lock/change.new" 2>/dev/null
    if [ "$(wc -c <"$lock/change.new")" -ne "$1" ]; then
        echo "state failed"
        echo "message the configuration came incomplete"
        return
    fi
    if said=$(vty -C -f "$lock/change.new" 2>&1); then
        mv "$lock/change.new" "$lock/change.conf"
        status
    else
        echo "state faulty"
        printf '%s\n' "$said" | grep . | head -n 20 | sed 's/^/message /'
    fi
}

case $verb in
guard) guard ;;
begin) begin "$3" "$4" ;;
load) load "$3" ;;
go) request go "$3" 'staged applying' ;;
confirm) request confirm yes 'pending applying' ;;
rollback) request rollback yes 'pending applying' ;;
drop) request drop yes staged ;;
status) status ;;
watch) if [ -e "$lock/go" ]; then wait_while 'staged applying'; else status; fi ;;
esac
