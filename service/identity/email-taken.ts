import { HttpProblem } from '../problem';

export const emailTaken = (): HttpProblem =>
  new HttpProblem({ code: 'email_taken', status: 409, detail: 'There is an account with this address already.' });
