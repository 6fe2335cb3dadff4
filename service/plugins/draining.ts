import plugin from 'fastify-plugin';

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether the process is going: it still serves, but asks every client to connect elsewhere. */
    draining: { readonly begun: boolean; begin(): void };
  }
}

/**
 * A Service moves only new connections to other pods, so kept ones have to be ended by us: with the next answer on
 * each, instead of by a reset.
 */
export const draining = plugin(
  async (app) => {
    let begun = false;
    app.decorate('draining', {
      get begun() {
        return begun;
      },
      begin: () => {
        begun = true;
      },
    });
    app.addHook('onSend', (_request, reply, _payload, done) => {
      if (begun) reply.header('connection', 'close');
      done();
    });
  },
  { name: 'draining' },
);
